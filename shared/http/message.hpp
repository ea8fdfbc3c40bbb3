// Requests and answers as plain values; no Beast here. Used by the server, the client and handlers alike.
#pragma once

#include "shared/base/error.hpp"
#include "shared/rt/asio.hpp"

#include <boost/json/value.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace tropeiro::http {

class event_stream;

struct case_insensitive_less {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
};

/// Header fields. A field that comes twice is joined with ", ".
using header_map = std::map<std::string, std::string, case_insensitive_less>;

struct request {
    std::string method = "GET";
    std::string path = "/";                   // as on the wire: segments percent-encoded, without the query
    std::map<std::string, std::string> query; // decoded
    header_map headers;
    std::string body;

    /// The header's value, empty when there is none.
    std::string header(std::string_view name) const;

    /// The query parameter's value, or `otherwise`.
    std::string parameter(const std::string& name, std::string otherwise = {}) const;
};

struct response {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body;
    header_map headers;

    /// When set, the answer is a stream of server-sent events and `body` is not sent. Runs after the header
    /// was sent; cancelled hard when the client goes away or the server stops; when it returns the stream
    /// ends.
    std::function<task<>(event_stream&)> events;

    bool ok() const { return status >= 200 && status < 300; }
};

response json_response(const boost::json::value& body, unsigned status = 200);
response text_response(std::string body, std::string content_type, unsigned status = 200);
response event_response(std::function<task<>(event_stream&)> events);

/// {"error":{"kind","message","hint"}} with the kind's status: not_found 404, usage 400, conflict 409,
/// refused 403, unreachable 503, else 500.
response error_response(const error& e);

/// The same with another status: 401, 405, 413 ... have no kind of their own.
response error_response(const error& e, unsigned status);

/// The other way round, in the client: the error of an answer that is not ok(). A body that is not ours
/// becomes "http://...: 502 and: <first bytes>".
error error_of(const response& answer, std::string_view url);

/// One segment of a path, percent-encoded: a name with a slash or a space stays one segment.
std::string encode_segment(std::string_view text);

/// The body as JSON; throws failure(usage) that names what is wrong with it.
boost::json::value json_body(const request& asked);
boost::json::value json_body(const response& answer);

} // namespace tropeiro::http

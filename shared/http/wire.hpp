// Between Beast's messages and ours. Included by the .cpp files of server and client alone.
#pragma once

#include "shared/http/message.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>

namespace tropeiro::http {

namespace beast = boost::beast;
using string_request = beast::http::request<beast::http::string_body>;
using string_response = beast::http::response<beast::http::string_body>;
using empty_response = beast::http::response<beast::http::empty_body>;

/// Ours from Beast's; nothing when the target is no path.
std::optional<request> from_wire(string_request&& message);

/// Ours from Beast's, in the client.
response from_wire(string_response&& message);

/// "/base/path?a=b": percent-encoded query.
std::string target_of(std::string_view base_path, const request& asked);

/// Status, content type and headers; the body is the caller's business.
template <class Message>
void put_head(Message& message, const response& answer, unsigned version, bool keep)
{
    message.version(version);
    message.result(answer.status);
    message.set(beast::http::field::server, "tropeiro");
    message.set(beast::http::field::content_type, answer.content_type);
    message.set("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : answer.headers)
        message.set(name, value);
    message.keep_alive(keep);
}

} // namespace tropeiro::http

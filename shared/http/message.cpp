#include "shared/http/message.hpp"

#include "shared/base/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/pchars.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace tropeiro::http {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

unsigned status_of(error_kind kind)
{
    switch (kind) {
    case error_kind::usage:
        return 400;
    case error_kind::refused:
        return 403;
    case error_kind::not_found:
        return 404;
    case error_kind::conflict:
        return 409;
    case error_kind::unreachable:
        return 503;
    default:
        return 500;
    }
}

error_kind kind_of(unsigned status)
{
    switch (status) {
    case 400:
        return error_kind::usage;
    case 401:
    case 403:
        return error_kind::refused;
    case 404:
        return error_kind::not_found;
    case 409:
        return error_kind::conflict;
    case 502:
    case 503:
    case 504:
        return error_kind::unreachable;
    default:
        return error_kind::failed;
    }
}

std::string text_at(const boost::json::object& from, std::string_view key)
{
    const auto* found = from.if_contains(key);
    const auto* text = found == nullptr ? nullptr : found->if_string();
    return text == nullptr ? std::string() : std::string(*text);
}

boost::json::value parse_body(const std::string& body, std::string_view whose)
{
    boost::system::error_code status;
    auto value = boost::json::parse(body, status);
    if (status)
        throw failure(error_kind::usage,
                      fmt::format("the body of the {} is not JSON: {}", whose, status.message()));
    return value;
}

} // namespace

bool case_insensitive_less::operator()(std::string_view a, std::string_view b) const
{
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [](char x, char y) { return lower(x) < lower(y); });
}

std::string request::header(std::string_view name) const
{
    const auto at = headers.find(name);
    return at == headers.end() ? std::string() : at->second;
}

std::string request::parameter(const std::string& name, std::string otherwise) const
{
    const auto at = query.find(name);
    return at == query.end() ? std::move(otherwise) : at->second;
}

response json_response(const boost::json::value& body, unsigned status)
{
    response out;
    out.status = status;
    out.body = boost::json::serialize(body);
    return out;
}

response text_response(std::string body, std::string content_type, unsigned status)
{
    response out;
    out.status = status;
    out.content_type = std::move(content_type);
    out.body = std::move(body);
    return out;
}

response event_response(std::function<task<>(event_stream&)> events)
{
    response out;
    out.content_type = "text/event-stream";
    out.events = std::move(events);
    return out;
}

response error_response(const error& e) { return error_response(e, status_of(e.kind)); }

response error_response(const error& e, unsigned status)
{
    boost::json::object inner;
    inner["kind"] = std::string(to_string(e.kind));
    inner["message"] = e.message;
    inner["hint"] = e.hint;
    boost::json::object outer;
    outer["error"] = std::move(inner);
    return json_response(outer, status);
}

error error_of(const response& answer, std::string_view url)
{
    boost::system::error_code status;
    const auto body = boost::json::parse(answer.body, status);
    const auto* outer = status ? nullptr : body.if_object();
    const auto* inner = outer == nullptr ? nullptr : outer->if_contains("error");
    if (inner != nullptr && inner->is_object()) {
        const auto& fields = inner->get_object();
        return error{error_kind_from(text_at(fields, "kind")), text_at(fields, "message"),
                     text_at(fields, "hint")};
    }
    return error{kind_of(answer.status),
                 fmt::format("{}: {} and: {}", url, answer.status, text::trim(answer.body.substr(0, 200))),
                 "is this the address of a tropeiro scheduler?"};
}

std::string encode_segment(std::string_view text) { return boost::urls::encode(text, boost::urls::pchars); }

boost::json::value json_body(const request& asked) { return parse_body(asked.body, "request"); }

boost::json::value json_body(const response& answer) { return parse_body(answer.body, "answer"); }

} // namespace tropeiro::http

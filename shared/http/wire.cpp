#include "shared/http/wire.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>

namespace tropeiro::http {
namespace {

header_map headers_of(const beast::http::fields& fields)
{
    header_map out;
    for (const auto& field : fields) {
        auto& value = out[std::string(field.name_string())];
        if (!value.empty()) value += ", ";
        value += std::string(field.value());
    }
    return out;
}

} // namespace

std::optional<request> from_wire(string_request&& message)
{
    const auto url = boost::urls::parse_origin_form(std::string_view(message.target()));
    if (!url) return std::nullopt;
    request out;
    out.method = std::string(message.method_string());
    out.path = std::string(url->encoded_path());
    for (const auto& parameter : url->params())
        out.query[std::string(parameter.key)] = std::string(parameter.value);
    out.headers = headers_of(message.base());
    out.body = std::move(message.body());
    return out;
}

response from_wire(string_response&& message)
{
    response out;
    out.status = message.result_int();
    out.headers = headers_of(message.base());
    const auto type = out.headers.find("content-type");
    out.content_type = type == out.headers.end() ? "" : type->second;
    out.body = std::move(message.body());
    return out;
}

std::string target_of(std::string_view base_path, const request& asked)
{
    if (base_path.ends_with('/')) base_path.remove_suffix(1);
    auto target = std::string(base_path) + asked.path;
    char separator = '?';
    for (const auto& [name, value] : asked.query) {
        target += separator + boost::urls::encode(name, boost::urls::unreserved_chars) + "=" +
                  boost::urls::encode(value, boost::urls::unreserved_chars);
        separator = '&';
    }
    return target;
}

} // namespace tropeiro::http

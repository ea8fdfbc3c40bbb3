#include "shared/http/auth.hpp"

#include "shared/base/text.hpp"

#include <openssl/crypto.h>

namespace tropeiro::http {
namespace {

bool same(std::string_view given, const std::string& expected)
{
    return given.size() == expected.size() &&
           CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
}

std::string_view bearer(std::string_view header)
{
    constexpr std::string_view scheme = "bearer ";
    if (text::lower(header.substr(0, scheme.size())) != scheme) return {};
    return text::trim(header.substr(scheme.size()));
}

std::string cookie(const std::string& header, std::string_view name)
{
    for (const auto& pair : text::split_list(header, ';')) {
        const auto equals = pair.find('=');
        if (equals != std::string::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
    }
    return {};
}

} // namespace

bool is_authorized(const request& asked, const secret& token)
{
    if (token.empty()) return true;
    const auto header = asked.header("authorization");
    if (!header.empty()) return same(bearer(header), token.reveal());
    return same(cookie(asked.header("cookie"), "tropeiro_token"), token.reveal());
}

void authorize(request& asked, const secret& token)
{
    if (!token.empty()) asked.headers["authorization"] = "Bearer " + token.reveal();
}

bool is_cross_site(const request& asked)
{
    const auto origin = asked.header("origin");
    if (origin.empty()) return false;
    const auto scheme_end = origin.find("://");
    const auto authority = scheme_end == std::string::npos ? origin : origin.substr(scheme_end + 3);
    return text::lower(authority) != text::lower(asked.header("host"));
}

} // namespace tropeiro::http

#include "shared/redis/script.hpp"

#include "shared/base/text.hpp"

#include <array>
#include <openssl/evp.h>
#include <stdexcept>

namespace tropeiro::redis {
namespace {

std::string digest(const std::string& text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int length = 0;
    if (EVP_Digest(text.data(), text.size(), bytes.data(), &length, EVP_sha1(), nullptr) != 1)
        throw std::runtime_error("OpenSSL offers no SHA-1, by which Redis names its scripts");
    return text::to_hex(std::span(bytes.data(), length));
}

} // namespace

script::script(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)), sha1_(digest(text_))
{
}

command script::call(const std::vector<std::string>& keys, const std::vector<std::string>& args) const
{
    command out("EVALSHA", sha1_, keys.size());
    out.add(keys).add(args);
    return out;
}

task<reply> evaluate(reconnecting_client& server, const script& what, std::vector<std::string> keys,
                     std::vector<std::string> args, milliseconds deadline)
{
    auto call = what.call(keys, args);
    try {
        auto answer = co_await server.call(call, deadline);
        co_return answer;
    } catch (const error& e) {
        if (!e.is_unknown_script()) throw;
    }
    command load("SCRIPT", "LOAD", what.text());
    co_await server.call(std::move(load), deadline);
    auto answer = co_await server.call(std::move(call), deadline);
    co_return answer;
}

} // namespace tropeiro::redis

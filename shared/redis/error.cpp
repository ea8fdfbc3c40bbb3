#include "shared/redis/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::redis {
namespace {

/// The first word when it is written in capitals, as Redis writes its codes.
std::string code_of(std::string_view line)
{
    const auto word = line.substr(0, line.find(' '));
    const auto is_code_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    if (word.empty() || !std::ranges::all_of(word, is_code_letter)) return {};
    return std::string(word);
}

error_kind kind_of(std::string_view code)
{
    if (code == "LOADING" || code == "MASTERDOWN" || code == "CLUSTERDOWN") return error_kind::unreachable;
    if (code == "NOAUTH" || code == "WRONGPASS" || code == "NOPERM" || code == "READONLY")
        return error_kind::refused;
    return error_kind::failed;
}

std::string hint_of(std::string_view code)
{
    if (code == "OOM") return "raise maxmemory of this Redis, or let the running jobs finish first";
    if (code == "NOAUTH" || code == "WRONGPASS")
        return "put the password into the URL: redis://:password@host:6379";
    if (code == "LOADING") return "wait until Redis has loaded its data";
    if (code == "READONLY") return "point the URL at the primary, not at a replica";
    return {};
}

} // namespace

error::error(std::string_view line, std::string_view where)
    : failure(kind_of(code_of(line)), fmt::format("redis at {} answered: {}", where, line),
              hint_of(code_of(line))),
      code_(code_of(line))
{
}

error::error(lost_tag, std::string message, std::string hint)
    : failure(error_kind::unreachable, std::move(message), std::move(hint)), lost_(true)
{
}

error::error(protocol_tag, std::string message) : failure(error_kind::failed, std::move(message)) {}

} // namespace tropeiro::redis

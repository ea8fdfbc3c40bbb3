#include "scheduler/cli/command.hpp"
#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tropeiro::scheduler::cli {

std::string arguments::text(const std::string& name, std::string otherwise) const
{
    const auto found = values_.find(name);
    return found == values_.end() ? std::move(otherwise) : found->second;
}

std::optional<std::string> arguments::maybe(const std::string& name) const
{
    const auto found = values_.find(name);
    if (found == values_.end()) return std::nullopt;
    return found->second;
}

std::vector<std::string> arguments::list(const std::string& name) const
{
    return text::split_list(text(name));
}

std::optional<std::int64_t> arguments::number(const std::string& name, std::int64_t least) const
{
    const auto given = maybe(name);
    if (!given) return std::nullopt;
    std::int64_t value = 0;
    const auto* const end = given->data() + given->size();
    const auto [stop, status] = std::from_chars(given->data(), end, value);
    if (status == std::errc{} && stop == end && value >= least) return value;
    const bool is_flag = name.front() >= 'a' && name.front() <= 'z';
    throw failure(error_kind::usage, fmt::format("{}{} is \"{}\"; it takes a whole number from {} on",
                                                 is_flag ? "--" : "", name, *given, least));
}

} // namespace tropeiro::scheduler::cli

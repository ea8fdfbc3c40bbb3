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

namespace {

std::optional<std::int64_t> whole_number(std::string_view word, std::int64_t least)
{
    std::int64_t value = 0;
    const auto* const end = word.data() + word.size();
    const auto [stop, status] = std::from_chars(word.data(), end, value);
    if (status != std::errc{} || stop != end || value < least) return std::nullopt;
    return value;
}

} // namespace

std::optional<std::int64_t> arguments::number(const std::string& name, std::int64_t least) const
{
    const auto given = maybe(name);
    if (!given) return std::nullopt;
    if (const auto value = whole_number(*given, least)) return value;
    const bool is_flag = name.front() >= 'a' && name.front() <= 'z';
    throw failure(error_kind::usage, fmt::format("{}{} is \"{}\"; it takes a whole number from {} on",
                                                 is_flag ? "--" : "", name, *given, least));
}

std::vector<std::int64_t> arguments::numbers(const std::string& name, std::int64_t least) const
{
    std::vector<std::int64_t> found;
    for (const auto& word : list(name)) {
        const auto value = whole_number(word, least);
        if (!value)
            throw failure(
                error_kind::usage,
                fmt::format("--{} has \"{}\" in it; it takes whole numbers from {} on, as in 1,10,50", name,
                            word, least));
        found.push_back(*value);
    }
    return found;
}

} // namespace tropeiro::scheduler::cli

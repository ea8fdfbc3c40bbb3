#include "shared/redis/reply.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace tropeiro::redis {

std::int64_t reply::integer() const
{
    if (const auto* number = std::get_if<std::int64_t>(&value_)) return *number;
    if (const auto* text = std::get_if<std::string>(&value_)) {
        std::int64_t number = 0;
        const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), number);
        if (fault == std::errc{} && end == text->data() + text->size()) return number;
    }
    wrong_shape("an integer");
}

const std::string& reply::string() const
{
    if (const auto* text = std::get_if<std::string>(&value_)) return *text;
    wrong_shape("a string");
}

const reply::array& reply::elements() const
{
    if (const auto* list = std::get_if<array>(&value_)) return *list;
    wrong_shape("an array");
}

const reply& reply::operator[](std::size_t index) const
{
    const auto& list = elements();
    if (index < list.size()) return list[index];
    throw bad_reply(
        fmt::format("redis answered {} elements where element {} was expected", list.size(), index + 1));
}

void reply::throw_if_error() const
{
    if (const auto* text = std::get_if<error_text>(&value_)) throw error(text->line, text->where);
}

void reply::wrong_shape(const char* wanted) const
{
    throw_if_error();
    constexpr std::array names{"nil", "an integer", "a string", "an array", "an error"};
    throw bad_reply(fmt::format("redis answered {} where {} was expected", names.at(value_.index()), wanted));
}

} // namespace tropeiro::redis

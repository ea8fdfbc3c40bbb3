#include "shared/pg/params.hpp"

#include "shared/base/error.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tropeiro::pg {

params& params::push(std::optional<std::string> value)
{
    if (value && value->find('\0') != std::string::npos)
        throw failure(
            error_kind::failed,
            fmt::format("parameter ${} holds a NUL byte, which PostgreSQL cannot store", values_.size() + 1));
    values_.push_back(std::move(value));
    return *this;
}

params& params::add(double value)
{
    if (std::isnan(value)) return push("NaN");
    if (std::isinf(value)) return push(value > 0 ? "Infinity" : "-Infinity");
    return push(fmt::format("{}", value)); // the shortest text that reads back as the same number
}

params& params::add(std::span<const std::string> array) { return push(array_literal(array)); }

params& params::add(std::span<const std::int64_t> array)
{
    return push(fmt::format("{{{}}}", fmt::join(array.begin(), array.end(), ",")));
}

std::string array_literal(std::span<const std::string> items)
{
    std::string literal = "{";
    for (const auto& item : items) {
        if (literal.size() > 1) literal += ',';
        literal += '"';
        for (const char c : item) {
            if (c == '"' || c == '\\') literal += '\\';
            literal += c;
        }
        literal += '"';
    }
    literal += '}';
    return literal;
}

} // namespace tropeiro::pg

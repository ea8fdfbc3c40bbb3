#include "worker/copy/refused_batch.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace tropeiro::worker::copy {
namespace {

constexpr std::string_view digits = "0123456789";

/// What follows "COPY people, " in the last line that begins so: a trigger's own lines stand above it.
std::string_view behind_table(std::string_view context, std::string_view table)
{
    const auto opening = fmt::format("COPY {}, ", table);
    const auto at = context.rfind(opening);
    if (at == std::string_view::npos || (at > 0 && context[at - 1] != '\n')) return {};
    const auto rest = context.substr(at + opening.size());
    return rest.substr(0, rest.find('\n'));
}

/// "line 3, column id": the number, and what follows it.
std::optional<std::int64_t> take_line(std::string_view& place)
{
    const auto first = place.find_first_of(digits);
    if (first == std::string_view::npos || place.substr(0, first).find(',') != std::string_view::npos)
        return std::nullopt;
    std::int64_t line = 0;
    const auto* end = place.data() + place.size();
    const auto read = std::from_chars(place.data() + first, end, line);
    if (read.ec != std::errc{}) return std::nullopt;
    place.remove_prefix(static_cast<std::size_t>(read.ptr - place.data()));
    return line;
}

} // namespace

bool is_about_a_row(std::string_view sqlstate)
{
    // data exception, integrity constraint violation, external routine exceptions, check option, PL/pgSQL
    static constexpr std::array<std::string_view, 6> classes{"22", "23", "38", "39", "44", "P0"};
    const auto in_class = [&](std::string_view one) { return sqlstate.starts_with(one); };
    if (sqlstate == "54000") return true; // "index row size exceeds the maximum"
    return std::any_of(classes.begin(), classes.end(), in_class);
}

std::optional<std::int64_t> line_of(std::string_view context, std::string_view table)
{
    auto place = behind_table(context, table);
    return take_line(place);
}

std::string column_of(const pg::server_message& said, std::string_view table,
                      const std::vector<std::string>& columns)
{
    if (!said.column.empty()) return said.column;
    auto place = behind_table(said.context, table);
    if (!take_line(place) || !place.starts_with(", ")) return {};
    place.remove_prefix(2);
    const auto space = place.find(' '); // behind the word for "column"
    if (space == std::string_view::npos) return {};
    place.remove_prefix(space + 1);
    for (const auto& column : columns)
        if (place == column || place.starts_with(column + ":")) return column;
    return {};
}

std::string reason_of(const pg::server_message& said, std::string_view table,
                      const std::vector<std::string>& columns)
{
    const auto column = column_of(said, table, columns);
    std::string reason = said.message;
    if (!column.empty() && reason.find('"' + column + '"') == std::string::npos)
        reason = fmt::format("column {}: {}", column, reason);
    return fmt::format("{} [{}]", reason, said.sqlstate);
}

} // namespace tropeiro::worker::copy

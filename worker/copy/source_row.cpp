#include "worker/copy/source_row.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/quote.hpp"
#include "worker/copy/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace tropeiro::worker::copy {
namespace {

constexpr int shown = 200;               // characters of a key's value in a message
constexpr int largest_value = 1U << 20U; // bytes of a value in the quarantine

struct column {
    std::string name; // quoted
    std::string label;
    bool as_text = false;
    bool key = false;
};

task<std::vector<column>> read_shape(pg::connection& source, const model::copy_item& item)
{
    const auto name = pg::qualified(item.table);
    const auto found = co_await source.query(sql::row_shape, name);
    std::vector<column> columns;
    for (const auto& row : found) {
        const auto label = row.get<std::string>("name");
        const bool key = row.get<bool>("key");
        const bool copied = std::find(item.columns.begin(), item.columns.end(), label) != item.columns.end();
        if (key || copied) columns.push_back({pg::quote_ident(label), label, row.get<bool>("as_text"), key});
    }
    co_return columns;
}

std::string value_sql(const column& of)
{
    return fmt::format("CASE WHEN octet_length(t.{0}::text) > {1} "
                       "THEN to_jsonb(left(t.{0}::text, {1}) || ' (cut at {1})') ELSE to_jsonb(t.{0}{2}) END",
                       of.name, largest_value, of.as_text ? "::text" : "");
}

/// The row as one object, the key as another, then each of the key's values as text.
std::string row_sql(const model::copy_item& item, const std::vector<column>& columns, rows::row_place place)
{
    std::vector<std::string> values;
    std::vector<std::string> key;
    std::string shown_key;
    for (const auto& one : columns) {
        values.push_back(fmt::format("{} AS {}", value_sql(one), one.name));
        if (!one.key) continue;
        key.push_back(fmt::format("{}, {}", pg::quote_literal(one.label), value_sql(one)));
        shown_key += fmt::format(
            ", left(t.{0}::text, {1}) || CASE WHEN length(t.{0}::text) > {1} THEN '...' ELSE '' END",
            one.name, shown);
    }
    return fmt::format("SELECT (SELECT to_jsonb(r) FROM (SELECT {}) r), jsonb_build_object({}){} "
                       "FROM ONLY {} t WHERE t.ctid = '{}'::tid",
                       text::join(values, ", "), text::join(key, ", "), shown_key, pg::qualified(item.table),
                       to_string(place));
}

} // namespace

task<source_row> read_source_row(pg::connection& source, const model::copy_item& item, rows::row_place place)
{
    const auto columns = co_await read_shape(source, item);
    const auto found = co_await source.query(row_sql(item, columns, place));
    if (found.empty())
        throw failure(error_kind::failed, fmt::format("table {} has no row at {} in its snapshot",
                                                      model::to_string(item.table), to_string(place)));
    const auto row = found.one();
    source_row decoded;
    decoded.content = row.get<std::string>(0);
    decoded.key = row.get<std::string>(1);
    std::vector<std::string> pairs;
    for (std::size_t i = 0; i < columns.size() && columns[i].key; ++i) {
        const auto value = row.get<std::string>(2 + i);
        pairs.push_back(fmt::format("{} = {}", columns[i].label, value));
    }
    if (pairs.empty()) {
        decoded.key = fmt::format(R"({{"ctid": "{}"}})", to_string(place));
        pairs.push_back(fmt::format("ctid = {}", to_string(place)));
    }
    decoded.key_text = text::join(pairs, ", ");
    co_return decoded;
}

} // namespace tropeiro::worker::copy

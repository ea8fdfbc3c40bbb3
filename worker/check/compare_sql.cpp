#include "worker/check/compare_sql.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/params.hpp"
#include "shared/pg/quote.hpp"
#include "worker/copy/copy_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace tropeiro::worker::check {
namespace {

constexpr std::int64_t rows_of_segment = 1'000;
constexpr std::int64_t most_segments = 65'536;
constexpr int shown_characters = 200;

std::string list(const std::vector<std::string>& columns, std::string_view prefix)
{
    std::vector<std::string> quoted;
    for (const auto& column : columns)
        quoted.push_back(fmt::format("{}{}", prefix, pg::quote_ident(column)));
    return text::join(quoted, ", ");
}

std::string record_text(const std::vector<std::string>& columns, std::string_view alias)
{
    return fmt::format("ROW({})::text", list(columns, fmt::format("{}.", alias)));
}

/// The key of a row of `alias` as text.
std::string key_of(const segmentation& cut, std::string_view alias)
{
    if (cut.key.none()) return fmt::format("md5({})", record_text(cut.item.columns, alias));
    return record_text(cut.key.columns, alias);
}

/// The key as people read it.
std::string shown(const segmentation& cut)
{
    if (cut.key.none()) return fmt::format("left(v.content, {})", shown_characters);
    return fmt::format("left({} || v.key, {})",
                       pg::quote_literal(fmt::format("({}) = ", text::join(cut.key.columns, ", "))),
                       shown_characters);
}

/// Every row's key, content, segment and two hashes. OFFSET 0: each is made once.
std::string hashed(const segmentation& cut, const std::string& rows)
{
    return fmt::format(
        "SELECT w.*, hashtextextended(w.key, 0) & {} AS segment, hashtextextended(w.content, 1) AS high, "
        "hashtextextended(w.content, 2) AS low FROM (SELECT {} AS key, {} AS content FROM ({}) x OFFSET 0) w",
        cut.segments - 1, key_of(cut, "x"), record_text(cut.item.columns, "x"), rows);
}

std::string array_of(const std::vector<std::string>& keys)
{
    return pg::quote_literal(pg::array_literal(keys)) + "::text[]";
}

/// left.k1 = right.k1 AND ...
std::string same_key(const row_key& key, std::string_view left, std::string_view right)
{
    std::vector<std::string> pairs;
    for (const auto& column : key.columns)
        pairs.push_back(
            fmt::format("{}.{} = {}.{}", left, pg::quote_ident(column), right, pg::quote_ident(column)));
    return text::join(pairs, " AND ");
}

} // namespace

std::int64_t segments_for(std::int64_t rows)
{
    const auto wanted = static_cast<std::uint64_t>(std::max<std::int64_t>(1, rows / rows_of_segment));
    return std::min(most_segments, static_cast<std::int64_t>(std::bit_ceil(wanted)));
}

std::string segment_sums_sql(const segmentation& cut, const std::string& rows)
{
    return fmt::format("SELECT v.segment, count(*) AS rows, sum(v.high) || '/' || sum(v.low) AS sums "
                       "FROM ({}) v GROUP BY v.segment",
                       hashed(cut, rows));
}

std::string segment_rows_sql(const segmentation& cut, const std::string& rows,
                             const std::vector<std::int64_t>& segments)
{
    return fmt::format("SELECT v.key, min({}) AS shown, v.high || '/' || v.low AS hash, count(*) AS rows "
                       "FROM ({}) v WHERE v.segment IN ({}) GROUP BY v.key, v.high, v.low",
                       shown(cut), hashed(cut, rows), fmt::join(segments, ", "));
}

std::string copy_keyed_sql(const segmentation& cut, const std::string& rows,
                           const std::vector<std::string>& keys)
{
    const auto format = cut.item.format == model::copy_format::binary ? "binary" : "text";
    return fmt::format("COPY (SELECT {} FROM ({}) x WHERE {} = ANY ({})) TO STDOUT (FORMAT {})",
                       list(cut.item.columns, "x."), rows, key_of(cut, "x"), array_of(keys), format);
}

std::string insert_missing_sql(const segmentation& cut)
{
    const auto columns = list(cut.item.columns, "");
    const auto table = pg::qualified(cut.item.table);
    const auto insert = fmt::format("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE ", table, columns);
    if (!cut.key.none())
        return fmt::format("{}SELECT {} FROM {} s WHERE NOT EXISTS (SELECT FROM ONLY {} t WHERE {})", insert,
                           columns, copy::stage_table, table, same_key(cut.key, "t", "s"));
    return fmt::format(
        "WITH s AS (SELECT x.*, {0} AS tropeiro_key, row_number() OVER (PARTITION BY {0}) AS tropeiro_nth "
        "FROM {1} x), there AS (SELECT {2} AS tropeiro_key, count(*) AS rows FROM ONLY {3} t "
        "WHERE {2} IN (SELECT tropeiro_key FROM s) GROUP BY 1) "
        "{4}SELECT {5} FROM s LEFT JOIN there USING (tropeiro_key) "
        "WHERE tropeiro_nth > coalesce(there.rows, 0)",
        key_of(cut, "x"), copy::stage_table, key_of(cut, "t"), table, insert, list(cut.item.columns, "s."));
}

std::string update_differing_sql(const segmentation& cut)
{
    std::vector<std::string> others;
    for (const auto& column : cut.item.columns)
        if (std::find(cut.key.columns.begin(), cut.key.columns.end(), column) == cut.key.columns.end())
            others.push_back(column);
    if (cut.key.none() || others.empty()) return {};
    std::vector<std::string> assignments;
    for (const auto& column : others)
        assignments.push_back(fmt::format("{0} = s.{0}", pg::quote_ident(column)));
    return fmt::format("UPDATE ONLY {} t SET {} FROM {} s WHERE {} AND {} <> {}",
                       pg::qualified(cut.item.table), text::join(assignments, ", "), copy::stage_table,
                       same_key(cut.key, "t", "s"), record_text(others, "t"), record_text(others, "s"));
}

std::string delete_doubled_sql(const segmentation& cut)
{
    return fmt::format(
        "WITH wanted AS (SELECT {0} AS key, count(*) AS rows FROM {1} x GROUP BY 1), there AS (SELECT t.ctid "
        "AS place, {2} AS key, row_number() OVER (PARTITION BY {2}) AS nth FROM ONLY {3} t WHERE {2} IN "
        "(SELECT key FROM wanted)) DELETE FROM ONLY {3} d USING there JOIN wanted USING (key) "
        "WHERE d.ctid = there.place AND there.nth > wanted.rows",
        key_of(cut, "x"), copy::stage_table, key_of(cut, "t"), pg::qualified(cut.item.table));
}

} // namespace tropeiro::worker::check

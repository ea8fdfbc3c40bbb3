#include "worker/copy/copy_sql.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/path_sql.hpp"
#include "shared/pg/quote.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::worker::copy {
namespace {

std::string_view format_clause(model::copy_format format)
{
    return format == model::copy_format::binary ? "(FORMAT binary)" : "(FORMAT text)";
}

/// Which keys are wanted. `key`: of a row's tenant.
std::string filter_condition(const model::row_filter& filter, std::string_view key)
{
    switch (filter.kind) {
    case model::row_filter::kind_t::legacy:
        return fmt::format("{} IS NULL", key);
    case model::row_filter::kind_t::equals:
        return fmt::format("{} = {}", key, pg::quote_literal(filter.value));
    case model::row_filter::kind_t::all:
        break;
    }
    return "true";
}

/// The part's blocks; a resumed part begins behind the last row that arrived.
std::string part_condition(const model::copy_item& item, std::string_view after)
{
    if (!item.by_ctid) return "true";
    auto condition = after.empty() ? fmt::format("t.ctid >= '({},0)'::tid", item.blocks.first_block)
                                   : fmt::format("t.ctid > {}::tid", pg::quote_literal(after));
    if (item.blocks.end_block)
        condition += fmt::format(" AND t.ctid < '({},0)'::tid", *item.blocks.end_block);
    return condition;
}

std::string columns_of(const model::copy_item& item, std::string_view prefix)
{
    std::string list;
    for (const auto& column : item.columns) {
        if (!list.empty()) list += ", ";
        list += fmt::format("{}{}", prefix, pg::quote_ident(column));
    }
    return list;
}

std::string values_of(const std::vector<model::copy_item>& items)
{
    std::vector<std::string> values;
    for (const auto& item : items)
        values.push_back(pg::quote_literal(item.filter.value));
    return text::join(values, ", ");
}

std::string own_key(const model::copy_item& item) { return "t." + pg::quote_ident(item.filter.column); }

/// The rows of a part with their tenants' keys, as `x (k, place, c1, c2, ...)`. They come in the order of the
/// table whatever the planner thinks: LATERAL queries without a condition leave no join but nested loops with the
/// table outside, and OFFSET 0 keeps the planner from taking any query apart.
std::string keyed_rows(const model::copy_item& item, std::string_view after)
{
    const auto owner = pg::owner_of(item.filter, "t", pg::way_joins::nested);
    std::string names = item.by_ctid ? "k, place" : "k";
    for (std::size_t i = 0; i < item.columns.size(); ++i)
        names += fmt::format(", c{}", i + 1);
    return fmt::format("(SELECT {}, {}{} FROM ONLY {} t{} WHERE {} OFFSET 0) x ({})", owner.key,
                       item.by_ctid ? "t.ctid, " : "", columns_of(item, "t."), pg::qualified(item.table),
                       owner.joins, part_condition(item, after), names);
}

/// Place and columns as keyed_rows() names them.
std::string keyed_columns(const model::copy_item& item)
{
    std::string list = item.by_ctid ? "x.place" : "";
    for (std::size_t i = 0; i < item.columns.size(); ++i)
        list += fmt::format("{}x.c{}", list.empty() ? "" : ", ", i + 1);
    return list;
}

} // namespace

std::string copy_out_sql(const model::copy_item& item, std::string_view after, std::int64_t most_rows)
{
    const auto limit = most_rows > 0 ? fmt::format(" LIMIT {}", most_rows) : std::string();
    if (!item.filter.path.empty())
        return fmt::format("COPY (SELECT {} FROM {} WHERE {}{}) TO STDOUT {}", keyed_columns(item),
                           keyed_rows(item, after), filter_condition(item.filter, "x.k"), limit,
                           format_clause(item.format));
    return fmt::format("COPY (SELECT {}{} FROM ONLY {} t WHERE {} AND {}{}) TO STDOUT {}",
                       item.by_ctid ? "t.ctid, " : "", columns_of(item, "t."), pg::qualified(item.table),
                       part_condition(item, after), filter_condition(item.filter, own_key(item)), limit,
                       format_clause(item.format));
}

rows::key_field key_of_pass(const model::copy_item& item)
{
    using where = rows::key_field::kind_t;
    const auto& columns = item.columns;
    const auto at = std::find(columns.begin(), columns.end(), item.filter.column);
    if (!item.filter.path.empty() || at == columns.end()) return {where::in_front};
    return {where::column, static_cast<std::size_t>(at - columns.begin())};
}

std::string copy_pass_sql(const std::vector<model::copy_item>& items, std::string_view after)
{
    const auto& item = items.front();
    if (!item.filter.path.empty())
        return fmt::format("COPY (SELECT x.k, {} FROM {} WHERE x.k IN ({})) TO STDOUT {}",
                           keyed_columns(item), keyed_rows(item, after), values_of(items),
                           format_clause(item.format));
    const auto key = own_key(item);
    const bool in_front = key_of_pass(item).kind == rows::key_field::kind_t::in_front;
    return fmt::format("COPY (SELECT {}t.ctid, {} FROM ONLY {} t WHERE {} AND {} IN ({})) TO STDOUT {}",
                       in_front ? key + ", " : "", columns_of(item, "t."), pg::qualified(item.table),
                       part_condition(item, after), key, values_of(items), format_clause(item.format));
}

std::string copy_keys_sql(const std::vector<model::copy_item>& items, std::string_view type)
{
    return fmt::format(
        "COPY (SELECT k.v::{} FROM unnest(ARRAY[{}]) WITH ORDINALITY AS k (v, n) ORDER BY k.n) "
        "TO STDOUT {}",
        type, values_of(items), format_clause(items.front().format));
}

std::string copy_in_sql(const model::copy_item& item, bool staged)
{
    return fmt::format("COPY {} ({}) FROM STDIN {}",
                       staged ? std::string(stage_table) : pg::qualified(item.table), columns_of(item, ""),
                       format_clause(item.format));
}

std::string source_rows_sql(const model::copy_item& item)
{
    if (!item.filter.path.empty()) {
        auto whole = item;
        whole.by_ctid = false;
        std::string columns;
        for (std::size_t i = 0; i < item.columns.size(); ++i)
            columns +=
                fmt::format("{}x.c{} AS {}", i == 0 ? "" : ", ", i + 1, pg::quote_ident(item.columns[i]));
        return fmt::format("SELECT {} FROM {} WHERE {}", columns, keyed_rows(whole, {}),
                           filter_condition(item.filter, "x.k"));
    }
    return fmt::format("SELECT {} FROM ONLY {} t WHERE {}", columns_of(item, "t."), pg::qualified(item.table),
                       filter_condition(item.filter, own_key(item)));
}

std::string target_rows_sql(const model::copy_item& item)
{
    return fmt::format("SELECT {} FROM ONLY {} t", columns_of(item, "t."), pg::qualified(item.table));
}

std::string create_stage_sql(const model::copy_item& item)
{
    return fmt::format("CREATE TEMP TABLE tropeiro_stage (LIKE {} INCLUDING GENERATED) ON COMMIT DROP",
                       pg::qualified(item.table));
}

std::string merge_stage_sql(const model::copy_item& item)
{
    const auto columns = columns_of(item, "");
    return fmt::format("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {} ON CONFLICT DO NOTHING",
                       pg::qualified(item.table), columns, columns, stage_table);
}

} // namespace tropeiro::worker::copy

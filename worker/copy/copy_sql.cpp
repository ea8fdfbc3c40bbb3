#include "worker/copy/copy_sql.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/quote.hpp"

#include <fmt/format.h>

namespace tropeiro::worker::copy {
namespace {

constexpr std::string_view stage = "pg_temp.tropeiro_stage";

std::string_view format_clause(model::copy_format format)
{
    return format == model::copy_format::binary ? "(FORMAT binary)" : "(FORMAT text)";
}

std::string filter_condition(const model::row_filter& filter)
{
    switch (filter.kind) {
    case model::row_filter::kind_t::legacy:
        return fmt::format("t.{} IS NULL", pg::quote_ident(filter.column));
    case model::row_filter::kind_t::equals:
        return fmt::format("t.{} = {}", pg::quote_ident(filter.column), pg::quote_literal(filter.value));
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

} // namespace

std::string copy_out_sql(const model::copy_item& item, std::string_view after)
{
    return fmt::format("COPY (SELECT {}{} FROM ONLY {} t WHERE {} AND {}) TO STDOUT {}",
                       item.by_ctid ? "t.ctid, " : "", columns_of(item, "t."), pg::qualified(item.table),
                       part_condition(item, after), filter_condition(item.filter),
                       format_clause(item.format));
}

std::string copy_pass_sql(const std::vector<model::copy_item>& items, std::string_view after)
{
    const auto& item = items.front();
    const auto key = "t." + pg::quote_ident(item.filter.column);
    return fmt::format("COPY (SELECT {}, t.ctid, {} FROM ONLY {} t WHERE {} AND {} IN ({})) TO STDOUT {}",
                       key, columns_of(item, "t."), pg::qualified(item.table), part_condition(item, after),
                       key, values_of(items), format_clause(item.format));
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
    return fmt::format("COPY {} ({}) FROM STDIN {}", staged ? std::string(stage) : pg::qualified(item.table),
                       columns_of(item, ""), format_clause(item.format));
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
                       pg::qualified(item.table), columns, columns, stage);
}

} // namespace tropeiro::worker::copy

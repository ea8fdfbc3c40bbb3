#include "scheduler/plan/strict_columns.hpp"

#include "scheduler/plan/sql_text.hpp"
#include "shared/pg/quote.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::plan {

std::vector<std::string> strict_column::relaxing() const
{
    std::vector<std::string> statements;
    if (!fixed.empty()) return statements;
    if (itself)
        statements.push_back(
            fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL;", holder, pg::quote_ident(name)));
    for (const auto& domain : domains)
        statements.push_back(fmt::format("ALTER DOMAIN {} DROP NOT NULL;", domain));
    return statements;
}

task<strict_columns> read_strict_columns(pg::connection& c)
{
    strict_columns all;
    const auto found = co_await c.query(sql::strict_columns);
    for (const auto& row : found) {
        strict_column one;
        one.name = row.get<std::string>("attname");
        one.itself = row.get<bool>("itself");
        one.domains = row.get<std::vector<std::string>>("domains");
        one.fixed = row.get<std::string>("fixed");
        one.holder = row.get<std::string>("holder");
        const model::table_name table{row.get<std::string>("nspname"), row.get<std::string>("relname")};
        all[table].push_back(std::move(one));
    }
    co_return all;
}

} // namespace tropeiro::scheduler::plan

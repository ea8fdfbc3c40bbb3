#include "scheduler/store/checks.hpp"

#include "scheduler/store/sql_text.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace tropeiro::scheduler::store {
namespace {

table_check read_check(const pg::row& row)
{
    table_check c;
    c.city = row.get<std::string>("city");
    c.database = row.get<std::string>("database_name");
    c.table = {row.get<std::string>("schema_name"), row.get<std::string>("table_name")};
    c.method = row.get<std::string>("method");
    c.verdict = row.get<std::string>("verdict");
    c.expected = row.get<std::int64_t>("expected");
    c.found = row.get<std::int64_t>("found");
    c.missing = row.get<std::int64_t>("missing");
    c.differing = row.get<std::int64_t>("differing");
    c.doubled = row.get<std::int64_t>("doubled");
    c.extra = row.get<std::int64_t>("extra");
    c.repaired = row.get<std::int64_t>("repaired");
    c.examples = boost::json::parse(row.get<std::string>("examples"));
    c.note = row.get<std::string>("note");
    return c;
}

} // namespace

task<std::vector<plan::checkable_table>> checkable_tables(pg::connection& control,
                                                          std::vector<model::tenant> tenants)
{
    std::vector<std::string> slugs;
    for (const auto& tenant : tenants)
        slugs.push_back(tenant.slug);
    const auto answer = co_await control.query(sql::checkable_tables, slugs);
    std::vector<plan::checkable_table> found;
    for (const auto row : answer) {
        const auto slug = row.get<std::string>("city");
        const auto tenant = std::ranges::find(tenants, slug, &model::tenant::slug);
        if (tenant == tenants.end()) continue;
        const auto item = boost::json::parse(row.get<std::string>("item"));
        found.push_back(
            {*tenant, row.get<std::string>("database_name"), model::spec_from_json<model::copy_item>(item)});
    }
    co_return found;
}

task<std::vector<table_check>> rollout_checks(pg::connection& control, model::rollout_id rollout)
{
    const auto answer = co_await control.query(sql::rollout_checks, rollout);
    std::vector<table_check> found;
    for (const auto row : answer)
        found.push_back(read_check(row));
    co_return found;
}

} // namespace tropeiro::scheduler::store

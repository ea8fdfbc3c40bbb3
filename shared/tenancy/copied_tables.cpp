#include "shared/tenancy/copied_tables.hpp"

#include "shared/tenancy/sql_text.hpp"

namespace tropeiro::tenancy {

task<std::vector<model::table_name>> tables_to_copy(pg::connection& control, model::rollout_id rollout)
{
    const auto found = co_await control.query(sql::tables_to_copy, rollout);
    std::vector<model::table_name> tables;
    for (const auto& row : found)
        tables.push_back({row.get<std::string>(0), row.get<std::string>(1)});
    co_return tables;
}

} // namespace tropeiro::tenancy

#include "shared/tenancy/module_log.hpp"

#include "shared/tenancy/sql_text.hpp"

#include <boost/json.hpp>

namespace tropeiro::tenancy {
namespace {

template <class T>
void put(boost::json::object& to, std::string_view key, const std::optional<T>& value)
{
    if (value) to[key] = boost::json::value_from(*value);
}

boost::json::object to_json(const module_log_line& line)
{
    boost::json::object json;
    json["tenant_id"] = line.tenant.value;
    json["module_name"] = line.module_name;
    json["status"] = line.status;
    json["action"] = line.action;
    put(json, "schema_name", line.schema_name);
    put(json, "table_name", line.table_name);
    put(json, "rollout_id", line.rollout);
    put(json, "job_id", line.job);
    put(json, "rows", line.rows);
    put(json, "bytes", line.bytes);
    put(json, "receipt", line.receipt);
    put(json, "snapshot_epoch", line.epoch);
    put(json, "duration_ms", line.duration_ms);
    put(json, "error", line.error);
    return json;
}

module_log_line read_line(const pg::row& row)
{
    module_log_line line;
    line.tenant = row.get<model::tenant_id>("tenant_id");
    line.module_name = row.get<std::string>("module_name");
    line.schema_name = row.get<std::optional<std::string>>("schema_name");
    line.table_name = row.get<std::optional<std::string>>("table_name");
    line.status = row.get<std::string>("status");
    line.action = row.get<std::string>("action");
    line.rollout = row.get<std::optional<std::int64_t>>("rollout_id");
    line.job = row.get<std::optional<std::int64_t>>("job_id");
    line.rows = row.get<std::optional<std::int64_t>>("rows");
    line.bytes = row.get<std::optional<std::int64_t>>("bytes");
    line.receipt = row.get<std::optional<std::string>>("receipt");
    line.epoch = row.get<std::optional<std::int32_t>>("snapshot_epoch");
    line.duration_ms = row.get<std::optional<std::int64_t>>("duration_ms");
    line.error = row.get<std::optional<std::string>>("error");
    line.at = row.get<std::string>("at");
    return line;
}

} // namespace

task<> write_module_log(pg::connection& control, std::vector<module_log_line> lines)
{
    if (lines.empty()) co_return;
    boost::json::array all;
    for (const auto& line : lines)
        all.push_back(to_json(line));
    const auto text = boost::json::serialize(all);
    co_await control.query(sql::module_log_write, text);
}

task<std::vector<module_log_line>> read_module_log(pg::connection& control, module_log_filter filter)
{
    std::optional<std::string> slug;
    if (!filter.tenant_slug.empty()) slug = filter.tenant_slug;
    const auto answer = co_await control.query(sql::module_log_read, slug, filter.rollout, filter.limit);
    std::vector<module_log_line> lines;
    for (const auto row : answer)
        lines.push_back(read_line(row));
    co_return lines;
}

} // namespace tropeiro::tenancy

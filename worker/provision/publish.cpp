#include "worker/provision/publish.hpp"

#include "shared/pg/transaction.hpp"
#include "shared/tenancy/module_log.hpp"
#include "shared/tenancy/publication.hpp"
#include "shared/tenancy/registry.hpp"
#include "worker/context/site.hpp"
#include "worker/copy/ledger.hpp"
#include "worker/provision/sql_text.hpp"

#include <boost/json.hpp>

#include <map>
#include <utility>

namespace tropeiro::worker::provision {
namespace {

tenancy::module_log_line line_for(const context::job_context& job, const std::string& module_name)
{
    tenancy::module_log_line line;
    line.tenant = job.tenant;
    line.module_name = module_name;
    line.schema_name = "public";
    line.status = tenancy::log_provisioned;
    line.rollout = job.rollout.value;
    line.job = job.job.value;
    return line;
}

/// Rows that are not there, for the reader of the log.
task<> add_quarantine_line(pg::connection& target, tenancy::module_log_line line, std::int64_t rows,
                           std::vector<tenancy::module_log_line>& lines)
{
    if (rows == 0) co_return;
    line.status = tenancy::log_quarantined;
    line.rows = rows;
    line.bytes.reset();
    line.receipt.reset();
    const auto first = co_await target.query(sql::first_quarantined, *line.schema_name, *line.table_name);
    if (!first.empty()) line.error = first[0].get<std::string>("error");
    lines.push_back(std::move(line));
}

using filled_map = std::map<model::table_name, copy::filled_table>;

/// One line a table and one for the module, which adds them up. A receipt stands for what this rollout sent and
/// read back; a table that an earlier rollout completed was looked at by neither.
task<> add_module_lines(const context::job_context& job, pg::connection& target,
                        const model::published_module& module_, const filled_map& filled,
                        std::vector<tenancy::module_log_line>& lines)
{
    auto whole = line_for(job, module_.name);
    whole.rows = 0;
    whole.bytes = 0;
    for (const auto& table : module_.tables) {
        const auto found = filled.find(table);
        const bool copied = found != filled.end();
        const auto state = copied ? found->second.state : copy::part_state();
        const bool ours = copied && found->second.rollout == job.rollout;
        auto line = line_for(job, module_.name);
        line.schema_name = table.schema;
        line.table_name = table.name;
        line.rows = state.rows;
        line.bytes = state.bytes;
        if (ours && !state.merged) {
            line.epoch = found->second.epoch;
            line.receipt = state.receipt.digest();
        }
        if (copied && !ours) line.action = tenancy::log_keep;
        *whole.rows += state.rows;
        *whole.bytes += state.bytes;
        co_await add_quarantine_line(target, line, state.quarantined, lines);
        lines.push_back(std::move(line));
    }
    lines.push_back(std::move(whole));
}

task<> write_control(const context::job_context& job, const model::publish_spec& spec,
                     std::vector<tenancy::module_log_line> lines)
{
    auto control = co_await job.servers.enter_control();
    auto tx = co_await pg::transaction::begin(*control);
    const auto cities = co_await tenancy::cities_table::bind(*control, job.servers.cities());
    std::vector<std::string> modules;
    for (const auto& published : spec.modules)
        modules.push_back(published.name);
    tenancy::publication what{job.rollout, job.tenant, job.city, job.database, modules, spec.db_url};
    co_await tenancy::remember_before(*control, cities, std::move(what));
    co_await tenancy::place_modules(*control, job.tenant, std::move(modules), job.database);
    co_await tenancy::write_module_log(*control, std::move(lines));
    if (cities.exists() && !spec.db_url.empty()) co_await cities.set_db_url(*control, job.city, spec.db_url);
    co_await tx.commit();
}

} // namespace

task<model::progress> publish(const context::job_context& job)
{
    const auto spec = model::spec_from_json<model::publish_spec>(job.spec);
    std::vector<tenancy::module_log_line> lines;
    {
        auto target = co_await job.servers.targets().enter(job);
        std::vector<model::table_name> tables;
        for (const auto& published : spec.modules)
            tables.insert(tables.end(), published.tables.begin(), published.tables.end());
        const auto filled = co_await copy::filled_tables(*target, std::move(tables));
        for (const auto& published : spec.modules)
            co_await add_module_lines(job, *target, published, filled, lines);
    }
    co_await write_control(job, spec, std::move(lines));
    co_return model::progress{};
}

} // namespace tropeiro::worker::provision

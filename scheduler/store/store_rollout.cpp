#include "scheduler/store/store_rollout.hpp"

#include "scheduler/store/busy_tenants.hpp"
#include "scheduler/store/job_rows.hpp"
#include "scheduler/store/sql_text.hpp"
#include "shared/tenancy/in_transaction.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace tropeiro::scheduler::store {
namespace {

constexpr std::size_t jobs_each = 1000;

boost::json::object summary_of(const plan::plan& what)
{
    std::size_t tables = 0;
    for (const auto& city : what.tenants)
        tables += city.tables.size();
    boost::json::object summary;
    summary["tenants"] = what.tenants.size();
    summary["tables"] = tables;
    summary["jobs"] = what.jobs.size();
    summary["rows"] = what.rows();
    summary["bytes"] = what.bytes();
    if (what.target_slots) {
        boost::json::object slots;
        slots[target_resource(what)] = *what.target_slots;
        summary["slots"] = std::move(slots);
    }
    return summary;
}

task<std::int64_t> insert_rollout(pg::connection& control, const plan::plan& what,
                                  const store_options& options)
{
    const auto request =
        options.request.is_null() ? std::string("{}") : boost::json::serialize(options.request);
    const auto summary = boost::json::serialize(summary_of(what));
    const auto& pace = what.how_fast;
    std::optional<std::int64_t> max_failed;
    if (pace.max_failures)
        max_failed = pace.max_failures->allowed(static_cast<std::int64_t>(what.tenants.size()));
    const bool canary = !pace.canary.empty();
    const auto answer = co_await control.query(
        "INSERT INTO tropeiro.rollout (title, options, summary, needs_snapshot, recorded, max_failed, waves, "
        "canary, pause_between_waves) "
        "VALUES ($1, $2::jsonb, $3::jsonb, $4, true, $5, $6, $7, $8) RETURNING id",
        what.title, request, summary, what.needs_snapshot, max_failed, what.waves(), canary,
        pace.pause_between_waves);
    co_return answer.one().get<std::int64_t>(0);
}

/// The scripts' numbers; 0 for one without text: there is nothing to run.
task<std::vector<std::int64_t>> insert_scripts(pg::connection& control, const plan::plan& what,
                                               std::int64_t rollout)
{
    std::vector<std::int64_t> ids;
    for (const auto& script : what.scripts) {
        if (script.body.empty()) {
            ids.push_back(0);
            continue;
        }
        const auto answer = co_await control.query(
            "INSERT INTO tropeiro.schema_script (rollout_id, body) VALUES ($1, $2) RETURNING id", rollout,
            script.body);
        ids.push_back(answer.one().get<std::int64_t>(0));
    }
    co_return ids;
}

task<std::vector<std::int64_t>> reserve_job_numbers(pg::connection& control, std::size_t count)
{
    const auto answer =
        co_await control.query("SELECT nextval(pg_get_serial_sequence('tropeiro.job', 'id')) AS id "
                               "FROM generate_series(1, $1::bigint) ORDER BY 1",
                               count);
    std::vector<std::int64_t> ids;
    ids.reserve(count);
    for (const auto row : answer)
        ids.push_back(row.get<std::int64_t>(0));
    co_return ids;
}

task<> insert_jobs(pg::connection& control, const plan::plan& what, std::int64_t rollout,
                   const std::vector<std::int64_t>& scripts)
{
    const auto ids = co_await reserve_job_numbers(control, what.jobs.size());
    for (std::size_t first = 0; first < what.jobs.size(); first += jobs_each) {
        const auto count = std::min(jobs_each, what.jobs.size() - first);
        const auto j = make_job_rows(what, ids, scripts, first, count);
        co_await control.query(sql::job_insert, rollout, j.id, j.tenant, j.city, j.database, j.kind, j.label,
                               j.lane, j.score, j.spec, j.depends_on, j.rows, j.bytes, j.pass, j.wave);
    }
}

task<> insert_snapshot(pg::connection& control, std::int64_t rollout, const snapshot_holder& snapshot)
{
    co_await control.query("INSERT INTO tropeiro.snapshot_epoch (rollout_id, epoch) VALUES ($1, 1)", rollout);
    co_await control.query(
        "INSERT INTO tropeiro.snapshot_name (rollout_id, epoch, name, holder) VALUES ($1, 1, $2, $3)",
        rollout, snapshot.name, snapshot.holder);
}

task<> refuse_busy(pg::connection& control, const plan::plan& what)
{
    if (what.jobs.empty()) co_return;
    std::vector<std::string> slugs;
    for (const auto& tenant : what.tenants)
        slugs.push_back(tenant.tenant.slug);
    co_await refuse_busy_tenants(control, std::move(slugs));
}

task<model::rollout_id> store_all(pg::connection& control, const plan::plan& what,
                                  const store_options& options)
{
    co_await refuse_busy(control, what);
    const auto rollout = co_await insert_rollout(control, what, options);
    const auto scripts = co_await insert_scripts(control, what, rollout);
    co_await insert_jobs(control, what, rollout, scripts);
    if (what.needs_snapshot && options.snapshot)
        co_await insert_snapshot(control, rollout, *options.snapshot);
    co_return model::rollout_id(rollout);
}

} // namespace

task<model::rollout_id> store_rollout(pg::connection& control, plan::plan what, store_options options)
{
    auto work = store_all(control, what, options);
    const auto id = co_await tenancy::in_transaction(control, std::move(work));
    co_return id;
}

} // namespace tropeiro::scheduler::store

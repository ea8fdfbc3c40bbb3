#include "worker/runtime/job_record.hpp"

#include "worker/runtime/sql_text.hpp"

#include <fmt/format.h>

namespace tropeiro::worker::runtime {
namespace {

ratified_job job_from(const pg::row& row)
{
    ratified_job job;
    job.rollout = model::rollout_id(row.get<std::int64_t>("rollout_id"));
    job.tenant = model::tenant_id(row.get<std::string>("tenant_id"));
    job.city = row.get<std::string>("city");
    job.database = row.get<std::string>("database_name");
    const auto name = row.get<std::string>("kind");
    const auto kind = model::job_kind_from(name);
    if (!kind)
        throw failure(error_kind::failed, fmt::format("this worker does not know jobs of kind \"{}\"", name),
                      "the scheduler is newer than the worker: upgrade the worker");
    job.kind = *kind;
    job.label = row.get<std::string>("label");
    job.spec = row.get<std::string>("spec");
    return job;
}

task<refused_claim> why_refused(pg::connection& control, const queue::claimed& claim)
{
    refused_claim refused;
    const auto standing = co_await control.query(sql::standing, claim.id);
    if (standing.empty()) co_return refused;
    const auto state = standing[0].get<std::string>("state");
    refused.claim_seq = standing[0].get<std::int64_t>("claim_seq");
    if (state == "wait" || state == "running") refused.why = refused_claim::why_t::newer;
    if (state == "done") refused.why = refused_claim::why_t::done;
    co_return refused;
}

} // namespace

task<ratification> ratify(pg::connection& control, queue::claimed claim, std::string worker)
{
    ratification answer;
    const auto rows = co_await control.query(sql::ratify, claim.id, claim.attempt, worker);
    if (rows.empty())
        answer.refused = co_await why_refused(control, claim);
    else
        answer.job = job_from(rows[0]);
    co_return answer;
}

task<> record_done(pg::connection& control, queue::claimed claim, model::progress progress)
{
    co_await control.query(sql::record_done, claim.id, claim.attempt, progress.rows, progress.bytes);
}

task<> record_failure(pg::connection& control, queue::claimed claim, std::string error,
                      model::job_state state, model::progress landed)
{
    co_await control.query(sql::record_failure, claim.id, claim.attempt, error, model::to_string(state),
                           landed.rows, landed.bytes);
}

task<> record_release(pg::connection& control, queue::claimed claim, model::job_state state,
                      model::progress landed)
{
    co_await control.query(sql::record_release, claim.id, claim.attempt, model::to_string(state), landed.rows,
                           landed.bytes);
}

} // namespace tropeiro::worker::runtime

#include "scheduler/store/jobs.hpp"

#include "scheduler/store/read_rows.hpp"
#include "scheduler/store/sql_text.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace tropeiro::scheduler::store {
namespace {

failure no_such_job(model::job_id id)
{
    return failure(error_kind::not_found, fmt::format("there is no job {}", id.value), "tropeiro job list");
}

open_job read_open_job(const pg::row& row)
{
    open_job j;
    j.id = row.get<model::job_id>("id");
    j.rollout = row.get<model::rollout_id>("rollout_id");
    j.kind = job_kind_named(row.get<std::string_view>("kind"));
    j.city = row.get<std::string>("city");
    j.lane = row.get<std::string>("lane");
    j.pass = row.get<std::int64_t>("pass");
    j.score = row.get<double>("score");
    j.running = row.get<bool>("running");
    j.claim_seq = row.get<std::int64_t>("claim_seq");
    j.owner = row.get<std::string>("owner");
    j.attempts = row.get<std::int32_t>("attempts");
    j.open_dependencies = row.get<std::vector<std::int64_t>>("open_dependencies");
    return j;
}

} // namespace

task<std::vector<job_record>> list_jobs(pg::connection& control, job_filter filter)
{
    std::optional<std::string> state;
    if (filter.state) state = std::string(model::to_string(*filter.state));
    std::optional<std::string> city;
    if (!filter.city.empty()) city = filter.city;
    const auto answer = co_await control.query(sql::job_select, std::nullopt, filter.rollout, state, city,
                                               filter.after, filter.limit);
    std::vector<job_record> found;
    for (const auto row : answer)
        found.push_back(read_job(row));
    co_return found;
}

task<job_record> get_job(pg::connection& control, model::job_id id)
{
    const auto answer =
        co_await control.query(sql::job_select, id, std::nullopt, std::nullopt, std::nullopt, 0, 1);
    if (answer.empty()) throw no_such_job(id);
    co_return read_job(answer.one());
}

task<boost::json::value> get_job_spec(pg::connection& control, model::job_id id)
{
    const auto answer = co_await control.query("SELECT spec FROM tropeiro.job WHERE id = $1", id);
    if (answer.empty()) throw no_such_job(id);
    co_return boost::json::parse(answer.one().get<std::string>(0));
}

task<std::vector<open_job>> open_jobs(pg::connection& control, model::rollout_id rollout, std::int64_t after,
                                      std::int64_t limit)
{
    const auto answer = co_await control.query(sql::job_open, rollout, after, limit);
    std::vector<open_job> found;
    for (const auto row : answer)
        found.push_back(read_open_job(row));
    co_return found;
}

task<std::vector<job_standing>> job_standings(pg::connection& control, model::rollout_id rollout,
                                              std::int64_t after, std::int64_t limit)
{
    const auto answer = co_await control.query(sql::job_standings, rollout, after, limit);
    std::vector<job_standing> found;
    for (const auto row : answer) {
        job_standing j;
        j.id = row.get<model::job_id>("id");
        j.state = job_state_named(row.get<std::string_view>("state"));
        j.claim_seq = row.get<std::int64_t>("claim_seq");
        j.attempts = row.get<std::int32_t>("attempts");
        j.free = row.get<bool>("free");
        found.push_back(j);
    }
    co_return found;
}

task<std::int64_t> bury_jobs(pg::connection& control, std::vector<std::int64_t> ids, std::string why)
{
    if (ids.empty()) co_return 0;
    const auto changed = co_await control.query(sql::job_bury, ids, why);
    co_return changed.affected();
}

task<std::int64_t> cancel_jobs(pg::connection& control, std::vector<std::int64_t> ids)
{
    if (ids.empty()) co_return 0;
    const auto changed = co_await control.query(sql::job_cancel, ids);
    co_return changed.affected();
}

} // namespace tropeiro::scheduler::store

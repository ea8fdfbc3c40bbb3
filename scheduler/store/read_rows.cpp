#include "scheduler/store/read_rows.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace tropeiro::scheduler::store {
namespace {

template <class T>
T known(std::optional<T> value, std::string_view what, std::string_view name)
{
    if (value) return *value;
    throw failure(
        error_kind::conflict,
        fmt::format("the control database holds a {} \"{}\" that this program does not know", what, name),
        "a newer tropeiro wrote it; use that version");
}

} // namespace

model::job_state job_state_named(std::string_view name)
{
    return known(model::job_state_from(name), "job state", name);
}

model::job_kind job_kind_named(std::string_view name)
{
    return known(model::job_kind_from(name), "kind of job", name);
}

model::job_counts read_counts(const pg::row& row)
{
    model::job_counts counts;
    counts.wait = row.get<std::int64_t>("wait");
    counts.running = row.get<std::int64_t>("running");
    counts.done = row.get<std::int64_t>("done");
    counts.dead = row.get<std::int64_t>("dead");
    counts.cancelled = row.get<std::int64_t>("cancelled");
    counts.blocked = row.get<std::int64_t>("blocked");
    return counts;
}

rollout_record read_rollout(const pg::row& row)
{
    rollout_record r;
    r.id = row.get<model::rollout_id>("id");
    r.title = row.get<std::string>("title");
    r.asked = model::rollout_state_from(row.get<std::string_view>("asked"));
    r.state = model::rollout_state_from(row.get<std::string_view>("state"));
    r.is_check = row.get<bool>("is_check");
    r.jobs = read_counts(row);
    r.options = boost::json::parse(row.get<std::string>("options"));
    r.summary = boost::json::parse(row.get<std::string>("summary"));
    r.needs_snapshot = row.get<bool>("needs_snapshot");
    r.max_failed = row.get<std::optional<std::int64_t>>("max_failed");
    r.paused_why = row.get<std::optional<std::string>>("paused_why");
    r.wave = row.get<std::int32_t>("wave");
    r.waves = row.get<std::int32_t>("waves");
    r.created_at = row.get<std::string>("created_at");
    r.finished_at = row.get<std::optional<std::string>>("finished_at");
    return r;
}

job_record read_job(const pg::row& row)
{
    job_record j;
    j.id = row.get<model::job_id>("id");
    j.rollout = row.get<model::rollout_id>("rollout_id");
    j.tenant = row.get<std::string>("tenant_id");
    j.city = row.get<std::string>("city");
    j.database = row.get<std::string>("database_name");
    j.kind = job_kind_named(row.get<std::string_view>("kind"));
    j.label = row.get<std::string>("label");
    j.lane = row.get<std::string>("lane");
    j.score = row.get<double>("score");
    j.state = job_state_named(row.get<std::string_view>("state"));
    j.claim_seq = row.get<std::int64_t>("claim_seq");
    j.owner = row.get<std::optional<std::string>>("owner");
    j.attempts = row.get<std::int32_t>("attempts");
    j.error = row.get<std::optional<std::string>>("error");
    j.rows = row.get<std::int64_t>("rows");
    j.bytes = row.get<std::int64_t>("bytes");
    j.expected_rows = row.get<std::int64_t>("expected_rows");
    j.expected_bytes = row.get<std::int64_t>("expected_bytes");
    j.depends_on = row.get<std::vector<std::int64_t>>("depends_on");
    j.started_at = row.get<std::optional<std::string>>("started_at");
    j.finished_at = row.get<std::optional<std::string>>("finished_at");
    return j;
}

std::string city_state(model::rollout_state asked, const model::job_counts& jobs)
{
    const auto state = model::next_state(asked, jobs);
    const bool untouched = jobs.wait == jobs.total();
    if (state == model::rollout_state::running && untouched) return "waiting";
    return std::string(model::to_string(state));
}

} // namespace tropeiro::scheduler::store

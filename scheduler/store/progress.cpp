#include "scheduler/store/progress.hpp"

#include "scheduler/store/read_rows.hpp"
#include "scheduler/store/rollouts.hpp"
#include "scheduler/store/sql_text.hpp"

#include <algorithm>

namespace tropeiro::scheduler::store {
namespace {

std::vector<std::string> names_of_kinds()
{
    std::vector<std::string> names;
    for (const auto kind : model::job_kinds())
        names.emplace_back(model::to_string(kind));
    return names;
}

city_progress read_city(const pg::row& row, model::rollout_state asked)
{
    city_progress c;
    c.city = row.get<std::string>("city");
    c.tenant = row.get<std::string>("tenant_id");
    c.jobs = read_counts(row);
    c.state = row.get<std::optional<std::string>>("undone").value_or(city_state(asked, c.jobs));
    c.wave = row.get<std::int32_t>("wave");
    c.phase = row.get<std::string>("phase");
    c.rows = row.get<std::int64_t>("rows");
    c.bytes = row.get<std::int64_t>("bytes");
    c.expected_rows = row.get<std::int64_t>("expected_rows");
    c.expected_bytes = row.get<std::int64_t>("expected_bytes");
    c.running_jobs = row.get<std::vector<std::int64_t>>("running_jobs");
    return c;
}

city_error read_error(const pg::row& row)
{
    city_error e;
    e.job = row.get<model::job_id>("id");
    e.label = row.get<std::string>("label");
    e.error = row.get<std::string>("error");
    e.state = job_state_named(row.get<std::string_view>("state"));
    return e;
}

city_outcome read_outcome(const pg::row& row, model::rollout_state asked)
{
    city_outcome c;
    c.city = row.get<std::string>("city");
    c.tenant = row.get<std::optional<std::string>>("tenant_id").value_or("");
    c.status = row.get<std::optional<std::string>>("undone").value_or(city_state(asked, read_counts(row)));
    c.tables = row.get<std::int64_t>("tables");
    c.rows = row.get<std::int64_t>("rows");
    c.bytes = row.get<std::int64_t>("bytes");
    c.seconds = row.get<double>("seconds");
    c.receipts = row.get<std::int64_t>("receipts");
    c.verified = row.get<bool>("verified");
    c.error = row.get<std::optional<std::string>>("error");
    return c;
}

/// What the operator asked for; throws when there is no such rollout.
task<model::rollout_state> asked_of(pg::connection& control, model::rollout_id id)
{
    const auto answer = co_await control.query("SELECT asked FROM tropeiro.rollout WHERE id = $1", id);
    if (answer.empty())
        throw failure(error_kind::not_found, "there is no rollout " + std::to_string(id.value),
                      "tropeiro rollout list");
    co_return model::rollout_state_from(answer.one().get<std::string_view>(0));
}

} // namespace

task<std::vector<city_progress>> rollout_progress(pg::connection& control, model::rollout_id id,
                                                  std::int64_t errors_each)
{
    const auto asked = co_await asked_of(control, id);
    const auto kinds = names_of_kinds();
    const auto cities = co_await control.query(sql::progress_cities, id, kinds);
    std::vector<city_progress> found;
    for (const auto row : cities)
        found.push_back(read_city(row, asked));
    const auto errors = co_await control.query(sql::progress_errors, id, errors_each);
    for (const auto row : errors) {
        const auto slug = row.get<std::string>("city");
        const auto city = std::ranges::find(found, slug, &city_progress::city);
        if (city != found.end()) city->errors.push_back(read_error(row));
    }
    co_return found;
}

task<std::vector<city_outcome>> rollout_outcome(pg::connection& control, model::rollout_id id)
{
    const auto asked = co_await asked_of(control, id);
    const auto answer = co_await control.query(sql::outcome_cities, id);
    std::vector<city_outcome> found;
    for (const auto row : answer)
        found.push_back(read_outcome(row, asked));
    co_return found;
}

task<std::vector<quarantined_table>> rollout_quarantine(pg::connection& control, model::rollout_id id)
{
    const auto answer = co_await control.query(sql::rollout_quarantine, id);
    std::vector<quarantined_table> found;
    for (const auto row : answer) {
        auto& one = found.emplace_back();
        one.city = row.get<std::string>("city");
        one.table = {row.get<std::string>("schema_name"), row.get<std::string>("table_name")};
        one.rows = row.get<std::int64_t>("rows");
        one.error = row.get<std::optional<std::string>>("error").value_or("");
    }
    co_return found;
}

task<std::vector<shown_moment>> rollout_moments(pg::connection& control, model::rollout_id id)
{
    const auto answer = co_await control.query(sql::rollout_moments, id);
    std::vector<shown_moment> found;
    if (answer.size() < 2) co_return found;
    for (const auto row : answer)
        found.push_back({row.get<std::int32_t>("epoch"), row.get<std::string>("taken_at"),
                         row.get<std::string>("ended_reason"), row.get<std::int64_t>("tables"),
                         row.get<std::int64_t>("mixed_cities")});
    co_return found;
}

} // namespace tropeiro::scheduler::store

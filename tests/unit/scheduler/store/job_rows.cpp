#include "scheduler/store/job_rows.hpp"

#include "scheduler/store/read_rows.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::store {
namespace {

plan::plan two_jobs()
{
    plan::plan p;
    p.source_server = "src:5432";
    p.target_server = "odd|name:5432";
    plan::tenant_plan city;
    city.tenant.id = model::tenant_id("aaaaaaaa-0000-0000-0000-000000000001");
    city.tenant.slug = "recife";
    city.database = "conecta_recife";
    p.tenants = {city};
    plan::job_draft restore;
    restore.kind = model::job_kind::restore_schema;
    restore.label = "restore schema";
    model::script_spec script;
    script.script = 1;
    restore.spec = model::to_json(script);
    plan::job_draft copy;
    copy.kind = model::job_kind::copy;
    copy.label = "copy students";
    copy.score = 12.25;
    model::copy_spec spec;
    model::copy_item item;
    item.table = model::table_name{"public", "students"};
    item.expected_rows = 40;
    item.expected_bytes = 4000;
    spec.items = {item, item};
    copy.spec = model::to_json(spec);
    copy.depends_on = {0};
    p.jobs = {restore, copy};
    return p;
}

const std::vector<std::int64_t> ids{71, 72};
const std::vector<std::int64_t> scripts{0, 500};

TEST(job_rows, indices_become_numbers)
{
    const auto rows = make_job_rows(two_jobs(), ids, scripts, 0, 2);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows.depends_on[0], "{}");
    EXPECT_EQ(rows.depends_on[1], "{71}");
    EXPECT_EQ(model::spec_from_json<model::script_spec>(boost::json::parse(rows.spec[0])).script, 500);
    EXPECT_EQ(rows.database[1], "conecta_recife");
    EXPECT_EQ(rows.score[1], "12.25");
}

TEST(job_rows, what_a_copy_should_bring_is_added_up)
{
    const auto rows = make_job_rows(two_jobs(), ids, scripts, 0, 2);
    EXPECT_EQ(rows.rows[0], 0);
    EXPECT_EQ(rows.rows[1], 80);
    EXPECT_EQ(rows.bytes[1], 8000);
}

TEST(job_rows, what_a_check_should_compare_is_added_up)
{
    auto p = two_jobs();
    const auto items = model::spec_from_json<model::copy_spec>(p.jobs[1].spec).items;
    p.jobs[1].spec = model::to_json(model::check_spec{items, false});
    for (const auto kind : {model::job_kind::check_receipts, model::job_kind::check_source}) {
        p.jobs[1].kind = kind;
        const auto rows = make_job_rows(p, ids, scripts, 0, 2);
        EXPECT_EQ(rows.rows[1], 80);
        EXPECT_EQ(rows.bytes[1], 8000);
    }
    p.jobs[1].kind = model::job_kind::verify; // its rows are those of the copies
    EXPECT_EQ(make_job_rows(p, ids, scripts, 0, 2).rows[1], 0);
}

TEST(job_rows, a_chunk_keeps_the_numbers_of_the_whole_plan)
{
    const auto rows = make_job_rows(two_jobs(), ids, scripts, 1, 1);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows.id[0], 72);
    EXPECT_EQ(rows.depends_on[0], "{71}");
}

TEST(job_rows, only_jobs_that_read_the_source_take_a_place_there)
{
    const auto p = two_jobs();
    EXPECT_EQ(lane_of(p, model::job_kind::copy), "s:src:5432|t:odd_name:5432");
    EXPECT_EQ(lane_of(p, model::job_kind::indexes), "t:odd_name:5432");
}

TEST(job_rows, what_comes_after_a_small_citys_rows_has_its_script_and_a_place_at_the_source)
{
    auto p = two_jobs();
    p.jobs[0].kind = model::job_kind::after_rows;
    model::after_rows_spec all;
    all.script = 1;
    p.jobs[0].spec = model::to_json(all);
    const auto rows = make_job_rows(p, ids, scripts, 0, 2);
    EXPECT_EQ(model::spec_from_json<model::after_rows_spec>(boost::json::parse(rows.spec[0])).script, 500);
    EXPECT_EQ(rows.lane[0], "s:src:5432|t:odd_name:5432");
}

TEST(job_rows, a_dependency_on_a_later_job_is_refused)
{
    auto p = two_jobs();
    p.jobs[0].depends_on = {1};
    EXPECT_THROW(make_job_rows(p, ids, scripts, 0, 2), failure);
}

TEST(job_rows, a_script_that_the_plan_lacks_is_refused)
{
    auto p = two_jobs();
    p.jobs[0].spec.as_object()["script"] = 2;
    EXPECT_THROW(make_job_rows(p, ids, scripts, 0, 2), failure);
}

TEST(city_state, is_waiting_until_the_first_job_begins)
{
    model::job_counts jobs;
    jobs.wait = 5;
    EXPECT_EQ(city_state(model::rollout_state::running, jobs), "waiting");
    jobs.running = 1;
    EXPECT_EQ(city_state(model::rollout_state::running, jobs), "running");
    EXPECT_EQ(city_state(model::rollout_state::paused, jobs), "paused");
}

TEST(city_state, is_failed_when_only_blocked_jobs_are_left)
{
    model::job_counts jobs;
    jobs.done = 3;
    jobs.dead = 1;
    jobs.wait = 2;
    jobs.blocked = 2;
    EXPECT_EQ(city_state(model::rollout_state::running, jobs), "failed");
}

} // namespace
} // namespace tropeiro::scheduler::store

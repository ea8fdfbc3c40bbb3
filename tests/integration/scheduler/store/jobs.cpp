#include "scheduler/store/jobs.hpp"

#include "shared/tenancy/copied_tables.hpp"
#include "tests/integration/scheduler/store/stored_rollout.hpp"

#include <boost/json.hpp>

namespace tropeiro::scheduler::store {
namespace {

TEST(jobs, for_the_queue_come_with_the_dependencies_that_are_left)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        co_await put(control, 0, "done");
        co_await put(control, 1, "done");
        co_await put(control, 2, "running");
        const auto open = co_await open_jobs(control, id, 0, 100);
        CO_ASSERT_EQ(open.size(), 16U);
        CO_ASSERT_TRUE(open[0].running);
        CO_ASSERT_TRUE(open[1].open_dependencies.empty());
        CO_ASSERT_EQ(open[3].open_dependencies.size(), 2U);
        const auto page = co_await open_jobs(control, id, open[0].id.value, 1);
        CO_ASSERT_EQ(page.size(), 1U);
        CO_ASSERT_EQ(page[0].id.value, open[1].id.value);
        const auto standings = co_await job_standings(control, id, 0, 100);
        CO_ASSERT_EQ(standings.size(), 18U);
        CO_ASSERT_TRUE(standings[3].free);
        CO_ASSERT_FALSE(standings[5].free);
    });
}

TEST(jobs, read_the_tables_on_the_way_to_a_tenant_too)
{
    with_rollout([](pg::connection& control, model::rollout_id rollout) -> task<> {
        model::copy_item item;
        item.table = {"public", "remarks"};
        item.filter = {
            model::row_filter::kind_t::equals,
            "city_id",
            "7",
            {{{"public", "grades"}, {"grade_id"}, {"id"}}, {{"s", "students"}, {"student_id"}, {"id"}}}};
        model::copy_spec spec;
        spec.items = {item, item};
        const auto text = boost::json::serialize(model::to_json(spec));
        co_await control.query("UPDATE tropeiro.job SET spec = $1::jsonb WHERE kind = 'copy'", text);
        const auto tables = co_await tenancy::tables_to_copy(control, rollout);
        CO_ASSERT_EQ(tables.size(), 3U);
        CO_ASSERT_EQ(model::to_string(tables[0]), "grades");
        CO_ASSERT_EQ(model::to_string(tables[1]), "remarks");
        CO_ASSERT_EQ(model::to_string(tables[2]), "s.students");
    });
}

TEST(jobs, that_are_buried_keep_an_error_of_their_own_and_finished_ones_are_left_alone)
{
    with_rollout([](pg::connection& control, model::rollout_id) -> task<> {
        co_await put(control, 0, "done");
        co_await put(control, 1, "running", "no space");
        std::vector<std::int64_t> ids;
        for (std::int64_t place = 0; place < 3; ++place) {
            const auto id = co_await job_at(control, place);
            ids.push_back(id);
        }
        const auto changed = co_await bury_jobs(control, ids, "poison");
        CO_ASSERT_EQ(changed, 2);
        const auto own = co_await get_job(control, model::job_id(ids[1]));
        CO_ASSERT_EQ(*own.error, "no space");
        const auto other = co_await get_job(control, model::job_id(ids[2]));
        CO_ASSERT_EQ(*other.error, "poison");
    });
}

} // namespace
} // namespace tropeiro::scheduler::store

#include "scheduler/store/progress.hpp"

#include "shared/tenancy/module_log.hpp"
#include "tests/integration/scheduler/store/stored_rollout.hpp"

namespace tropeiro::scheduler::store {
namespace {

TEST(progress, tells_phase_rows_and_errors_of_each_city)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        co_await put(control, 0, "done");
        co_await put(control, 1, "done");
        co_await put(control, 2, "done");
        co_await put(control, 3, "running", "connection lost");
        const auto cities = co_await rollout_progress(control, id);
        CO_ASSERT_EQ(cities.size(), 2U);
        const auto& olinda = cities[0];
        CO_ASSERT_EQ(olinda.city, "olinda");
        CO_ASSERT_EQ(olinda.state, "waiting");
        CO_ASSERT_EQ(olinda.phase, "create_database");
        const auto& recife = cities[1];
        CO_ASSERT_EQ(recife.state, "running");
        CO_ASSERT_EQ(recife.phase, "copy");
        CO_ASSERT_EQ(recife.expected_rows, 160);
        CO_ASSERT_EQ(recife.rows, 150); // the running one has told 50 so far
        CO_ASSERT_EQ(recife.jobs.done, 3);
        CO_ASSERT_EQ(recife.running_jobs.size(), 1U);
        CO_ASSERT_EQ(recife.errors.size(), 1U);
        CO_ASSERT_EQ(recife.errors[0].error, "connection lost");
    });
}

TEST(outcome, counts_the_tables_that_arrived_and_their_receipts)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        co_await put_all(control, "done");
        co_await control.execute(
            "UPDATE tropeiro.job SET state = 'dead', error = 'boom' WHERE city = 'olinda' AND "
            "kind = 'verify'");
        tenancy::module_log_line table;
        table.tenant = model::tenant_id(test_plans::city_id(1));
        table.module_name = "educacao";
        table.table_name = "students";
        table.status = tenancy::log_provisioned;
        table.rollout = id.value;
        table.rows = 150;
        table.bytes = 15'000;
        table.receipt = "abc";
        auto other = table;
        other.table_name = "schools";
        other.rows = 7;
        auto merged = table;
        merged.table_name = "teachers";
        merged.rows = 3;
        merged.receipt.reset();
        auto kept = merged;
        kept.table_name = "news";
        kept.rows = 1'000;
        kept.action = tenancy::log_keep;
        const std::vector<tenancy::module_log_line> lines{table, other, merged, kept};
        co_await tenancy::write_module_log(control, lines);
        const auto cities = co_await rollout_outcome(control, id);
        CO_ASSERT_EQ(cities.size(), 2U);
        CO_ASSERT_EQ(cities[0].status, "failed");
        CO_ASSERT_FALSE(cities[0].verified);
        CO_ASSERT_EQ(*cities[0].error, "verify: boom");
        CO_ASSERT_EQ(cities[1].status, "done");
        CO_ASSERT_EQ(cities[1].tables, 3);
        CO_ASSERT_EQ(cities[1].rows, 160);
        CO_ASSERT_EQ(cities[1].receipts, 2);
        CO_ASSERT_TRUE(cities[1].verified);
        CO_ASSERT_GT(cities[1].seconds, 3.0);
    });
}

TEST(outcome, rows_in_quarantine_are_told_table_by_table_and_once)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        tenancy::module_log_line line;
        line.tenant = model::tenant_id(test_plans::city_id(1));
        line.module_name = "educacao";
        line.schema_name = "public";
        line.table_name = "students";
        line.status = tenancy::log_quarantined;
        line.rollout = id.value;
        line.rows = 3;
        line.error = "{\"id\": 5}: refused";
        auto other_module = line;
        other_module.module_name = "saude";
        const std::vector<tenancy::module_log_line> lines{line, other_module};
        co_await tenancy::write_module_log(control, lines);
        const auto tables = co_await rollout_quarantine(control, id);
        CO_ASSERT_EQ(tables.size(), 1U);
        CO_ASSERT_EQ(tables[0].city, "recife");
        CO_ASSERT_EQ(tables[0].table.name, "students");
        CO_ASSERT_EQ(tables[0].rows, 3);
        CO_ASSERT_EQ(tables[0].error, "{\"id\": 5}: refused");
        const auto cities = co_await rollout_outcome(control, id);
        CO_ASSERT_EQ(cities[1].rows, 0); // what was set aside is not counted as copied
    });
}

TEST(outcome, a_failed_city_shows_what_did_land)
{
    with_rollout([](pg::connection& control, model::rollout_id id) -> task<> {
        co_await put(control, 0, "done");
        co_await put(control, 1, "done");
        co_await put(control, 2, "done");         // 100 of the students
        co_await put(control, 3, "dead", "boom"); // the others; 20 of 50 came
        co_await put(control, 4, "done");         // two small tables
        const auto dead = co_await job_at(control, 3);
        co_await control.query("UPDATE tropeiro.job SET rows = 20 WHERE id = $1", dead);
        const auto cities = co_await rollout_outcome(control, id);
        const auto& recife = cities[1];
        CO_ASSERT_EQ(recife.city, "recife");
        CO_ASSERT_EQ(recife.tables, 2); // the students are not all there
        CO_ASSERT_EQ(recife.rows, 130);
        CO_ASSERT_GT(recife.bytes, 0);
        CO_ASSERT_EQ(recife.receipts, 0);
    });
}

} // namespace
} // namespace tropeiro::scheduler::store

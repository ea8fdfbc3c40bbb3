#include "tests/integration/worker/copy/fixture.hpp"

namespace tropeiro::worker::copy {
namespace {

using test::run;

TEST(part_copier, every_row_arrives_once_in_either_format)
{
    run([]() -> task<> {
        for (const auto format : {model::copy_format::binary, model::copy_format::text}) {
            two_databases db;
            co_await db.prepare(20'000);
            auto item = people();
            item.format = format;
            const copy_options options{1000, model::existing_rows::refuse};
            const auto state = co_await db.copy(item, claim_number(1), options);
            CO_ASSERT_EQ(state.rows, 20'000);
            CO_ASSERT_TRUE(state.done);
            const bool equal = co_await db.equal();
            CO_ASSERT_TRUE(equal);
        }
    });
}

TEST(part_copier, an_empty_table_is_done_with_no_rows)
{
    run([]() -> task<> {
        for (const auto format : {model::copy_format::binary, model::copy_format::text}) {
            two_databases db;
            co_await db.prepare(0);
            auto item = people();
            item.format = format;
            const auto state = co_await db.copy(item, claim_number(1));
            CO_ASSERT_TRUE(state.done);
            CO_ASSERT_EQ(state.rows, 0);
        }
    });
}

TEST(part_copier, a_stopped_part_goes_on_at_its_checkpoint)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(10'000);
        const copy_options options{1000, model::existing_rows::refuse};
        db.pulse.request_stop();
        bool left = false;
        try {
            co_await db.copy(people(), claim_number(1), options);
        } catch (const context::stopped&) {
            left = true;
        }
        CO_ASSERT_TRUE(left);
        auto to = co_await pg::connection::open(db.target);
        const auto at = co_await table_state(to, people().table);
        CO_ASSERT_EQ(at.rows, 1000);
        db.pulse = context::job_pulse();
        const auto state = co_await db.copy(people(), claim_number(2), options);
        CO_ASSERT_EQ(state.rows, 10'000);
        CO_ASSERT_EQ(db.pulse.progress().rows, 9000); // nothing was sent twice
        const bool equal = co_await db.equal();
        CO_ASSERT_TRUE(equal);
    });
}

TEST(part_copier, a_second_run_of_a_finished_part_copies_nothing)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(500);
        co_await db.copy(people(), claim_number(1));
        db.pulse = context::job_pulse();
        const auto state = co_await db.copy(people(), claim_number(2));
        CO_ASSERT_EQ(state.rows, 500);
        CO_ASSERT_EQ(db.pulse.progress().rows, 0);
    });
}

TEST(part_copier, merging_keeps_what_was_there_and_adds_what_was_missing)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(3000);
        auto to = co_await pg::connection::open(db.target);
        co_await to.execute("ALTER TABLE people ADD PRIMARY KEY (id);"
                            "INSERT INTO people VALUES (7, 'kept', ''), (100000, 'own', '')");
        const copy_options options{1000, model::existing_rows::merge};
        co_await db.copy(people(), claim_number(1), options);
        const auto rows =
            co_await to.query("SELECT count(*) AS n, min(name) FILTER (WHERE id = 7) AS seven FROM people");
        CO_ASSERT_EQ(rows.one().get<std::int64_t>("n"), 3001);
        CO_ASSERT_EQ(rows.one().get<std::string>("seven"), "kept");
    });
}

TEST(part_copier, a_row_that_the_target_refuses_leaves_the_batches_before_it)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(5000);
        auto to = co_await pg::connection::open(db.target);
        co_await to.execute("ALTER TABLE people ADD CHECK (id <> 2500)");
        std::string error;
        try {
            const copy_options options{1000, model::existing_rows::refuse};
            co_await db.copy(people(), claim_number(1), options);
        } catch (const pg::error& e) {
            error = e.what();
        }
        CO_ASSERT_NE(error.find("people"), std::string::npos);
        const auto at = co_await table_state(to, people().table);
        CO_ASSERT_EQ(at.rows, 2000);
        co_await to.execute("ALTER TABLE people DROP CONSTRAINT people_id_check");
        const auto state = co_await db.copy(people(), claim_number(2));
        CO_ASSERT_EQ(state.rows, 5000);
        const bool equal = co_await db.equal();
        CO_ASSERT_TRUE(equal);
    });
}

TEST(part_copier, only_the_tenants_rows_go)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(1000);
        auto item = people();
        item.filter = {model::row_filter::kind_t::equals, "name", "name 12"};
        const auto one = co_await db.copy(item, claim_number(1));
        CO_ASSERT_EQ(one.rows, 1);
    });
}

TEST(part_copier, a_value_of_many_megabytes_passes)
{
    run([]() -> task<> {
        two_databases db;
        co_await db.prepare(10);
        auto from = co_await pg::connection::open(db.source);
        co_await from.execute(
            "INSERT INTO people VALUES (11, 'large', repeat('ção', 4000000)), (12, 'after', '')");
        const auto state = co_await db.copy(people(), claim_number(1));
        CO_ASSERT_EQ(state.rows, 12);
        const bool equal = co_await db.equal();
        CO_ASSERT_TRUE(equal);
    });
}

} // namespace
} // namespace tropeiro::worker::copy

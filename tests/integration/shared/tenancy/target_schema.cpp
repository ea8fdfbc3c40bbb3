#include "shared/tenancy/target_schema.hpp"

#include "shared/rt/task_group.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

namespace tropeiro::tenancy {
namespace {

using test::fresh_database;
using test::run;

const target_identity recife{model::tenant_id("aaaaaaaa-0000-0000-0000-000000000001"), "recife"};
const target_identity olinda{model::tenant_id("aaaaaaaa-0000-0000-0000-000000000002"), "olinda"};

TEST(target_schema, a_fresh_database_belongs_to_nobody_and_can_be_claimed_again_by_its_owner)
{
    const auto where = fresh_database("target");
    run([&]() -> task<> {
        auto target = co_await pg::connection::open(where);
        const auto before = co_await read_identity(target);
        CO_ASSERT_FALSE(before.has_value());
        co_await claim_target(target, recife);
        co_await claim_target(target, recife);
        co_await require_identity(target, recife);
        const auto after = co_await read_identity(target);
        CO_ASSERT_TRUE(after == recife);
        const auto ledger = co_await target.query("SELECT count(*) FROM tropeiro.copy_ledger");
        CO_ASSERT_EQ(ledger.one().get<int>(0), 0);
    });
}

TEST(target_schema, a_database_from_before_the_quarantine_gets_it_and_keeps_its_ledger)
{
    const auto where = fresh_database("target");
    run([&]() -> task<> {
        auto target = co_await pg::connection::open(where);
        co_await claim_target(target, recife);
        co_await target.execute(
            "COMMENT ON SCHEMA tropeiro IS NULL;"
            "DROP TABLE tropeiro.quarantined_row;"
            "ALTER TABLE tropeiro.copy_ledger DROP COLUMN quarantined;"
            "INSERT INTO tropeiro.table_ledger VALUES ('public', 'people', 1, 1, 1);"
            "INSERT INTO tropeiro.copy_ledger VALUES ('public', 'people', 0, 1, '(2,3)', 40)");
        co_await claim_target(target, recife);
        const auto part = co_await target.query("SELECT rows + quarantined + (SELECT count(*) FROM "
                                                "tropeiro.quarantined_row) FROM tropeiro.copy_ledger");
        CO_ASSERT_EQ(part.one().get<int>(0), 40);
    });
}

TEST(target_schema, is_brought_up_to_date_when_its_mark_is_not_ours_and_left_alone_when_it_is)
{
    const auto where = fresh_database("target");
    run([&]() -> task<> {
        auto target = co_await pg::connection::open(where);
        co_await claim_target(target, recife);
        const auto there = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('tropeiro.set_aside')";
        co_await target.execute("DROP TABLE tropeiro.set_aside");
        co_await claim_target(target, recife);
        const auto left_alone = co_await target.query(there);
        CO_ASSERT_EQ(left_alone.one().get<int>(0), 0);
        co_await target.execute("COMMENT ON SCHEMA tropeiro IS 'of another version'");
        co_await claim_target(target, recife);
        const auto made = co_await target.query(there);
        CO_ASSERT_EQ(made.one().get<int>(0), 1);
    });
}

TEST(target_schema, another_tenants_database_is_refused_and_both_are_named)
{
    const auto where = fresh_database("target");
    run([&]() -> task<> {
        auto target = co_await pg::connection::open(where);
        co_await claim_target(target, recife);
        for (const bool claim : {true, false}) {
            std::string said;
            auto kind = error_kind::failed;
            try {
                if (claim)
                    co_await claim_target(target, olinda);
                else
                    co_await require_identity(target, olinda);
            } catch (const failure& f) {
                said = f.what();
                kind = f.kind();
            }
            CO_ASSERT_TRUE(kind == error_kind::refused);
            CO_ASSERT_NE(said.find("\"recife\""), std::string::npos);
            CO_ASSERT_NE(said.find("\"olinda\""), std::string::npos);
        }
        const auto still = co_await read_identity(target);
        CO_ASSERT_TRUE(still == recife);
        CO_ASSERT_TRUE(target.usable());
    });
}

TEST(target_schema, a_database_that_was_never_claimed_is_refused)
{
    const auto where = fresh_database("target");
    run([&]() -> task<> {
        auto target = co_await pg::connection::open(where);
        bool refused = false;
        try {
            co_await require_identity(target, recife);
        } catch (const failure& f) {
            refused = f.kind() == error_kind::refused;
        }
        CO_ASSERT_TRUE(refused);
    });
}

task<> claim_for_recife(pg::dsn where)
{
    auto target = co_await pg::connection::open(where);
    co_await claim_target(target, recife);
    co_await require_identity(target, recife);
}

TEST(target_schema, several_workers_may_claim_for_the_same_tenant_at_once)
{
    const auto where = fresh_database("target");
    run([&]() -> task<> {
        const auto executor = co_await asio::this_coro::executor;
        rt::task_group many(executor);
        for (int i = 0; i < 4; ++i)
            many.spawn(claim_for_recife(where));
        co_await many.join();
    });
}

} // namespace
} // namespace tropeiro::tenancy

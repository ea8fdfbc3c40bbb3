#include "shared/pg/table_hold.hpp"

#include "shared/pg/transaction.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

namespace tropeiro::pg {
namespace {

using test::fresh_database;
using test::run;

const std::vector<model::table_name> held{{"public", "Held"}};

/// SQLSTATE that the statement ends with; empty when it does not fail.
task<std::string> state_of(connection& c, std::string sql)
{
    try {
        co_await c.execute(std::move(sql));
    } catch (const error& e) {
        co_return e.sqlstate();
    }
    co_return "";
}

TEST(table_hold, rows_may_come_and_the_table_may_not_be_emptied)
{
    const auto where = fresh_database("hold");
    run([&]() -> task<> {
        auto keeper = co_await connection::open(where);
        co_await keeper.execute("CREATE TABLE \"Held\" (n integer); CREATE TABLE free (n integer)");
        auto other = co_await connection::open(where);
        co_await other.execute("SET lock_timeout = '100ms'");
        auto tx = co_await transaction::begin(keeper);
        co_await hold_tables(keeper, held);
        const auto written = co_await state_of(other, "INSERT INTO \"Held\" VALUES (1)");
        const auto emptied = co_await state_of(other, "TRUNCATE \"Held\"");
        const auto elsewhere = co_await state_of(other, "TRUNCATE free");
        co_await tx.commit();
        const auto afterwards = co_await state_of(other, "TRUNCATE \"Held\"");
        CO_ASSERT_EQ(written, "");
        CO_ASSERT_EQ(emptied, "55P03");
        CO_ASSERT_EQ(elsewhere, "");
        CO_ASSERT_EQ(afterwards, "");
    });
}

TEST(table_hold, partitions_are_held_with_their_table_and_found_when_they_were_emptied)
{
    const auto where = fresh_database("hold");
    run([&]() -> task<> {
        auto keeper = co_await connection::open(where);
        co_await keeper.execute("CREATE TABLE \"Held\" (n integer) PARTITION BY LIST (n);"
                                "CREATE TABLE one PARTITION OF \"Held\" FOR VALUES IN (1);"
                                "INSERT INTO \"Held\" VALUES (1)");
        auto other = co_await connection::open(where);
        co_await other.execute("SET lock_timeout = '100ms'");
        auto tx = co_await transaction::begin(keeper, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        co_await hold_tables(keeper, held);
        const auto emptied = co_await state_of(other, "TRUNCATE one");
        co_await tx.commit();
        CO_ASSERT_EQ(emptied, "55P03");
        auto late = co_await transaction::begin(keeper, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        co_await keeper.query("SELECT 1"); // the snapshot
        co_await other.execute("TRUNCATE one");
        std::string said;
        try {
            co_await hold_tables(keeper, held);
        } catch (const failure& e) {
            said = e.what();
        }
        CO_ASSERT_NE(said.find("table one was truncated"), std::string::npos);
        co_await late.rollback();
    });
}

TEST(table_hold, a_table_that_was_emptied_after_the_snapshot_is_found)
{
    const auto where = fresh_database("hold");
    run([&]() -> task<> {
        auto keeper = co_await connection::open(where);
        co_await keeper.execute("CREATE TABLE \"Held\" (n integer); INSERT INTO \"Held\" VALUES (1)");
        auto tx = co_await transaction::begin(keeper, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        co_await keeper.query("SELECT 1"); // the snapshot
        auto other = co_await connection::open(where);
        co_await other.execute("TRUNCATE \"Held\"");
        std::string said;
        try {
            co_await hold_tables(keeper, held);
        } catch (const failure& e) {
            said = e.what();
        }
        CO_ASSERT_NE(said.find("was truncated or rewritten after the snapshot"), std::string::npos);
        co_await tx.rollback();
        auto fresh = co_await transaction::begin(keeper, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        co_await hold_tables(keeper, held);
        co_await fresh.commit();
    });
}

TEST(table_hold, a_table_that_another_has_locked_costs_two_seconds_and_not_the_transaction)
{
    const auto where = fresh_database("hold");
    run([&]() -> task<> {
        auto keeper = co_await connection::open(where);
        co_await keeper.execute("CREATE TABLE \"Held\" (n integer)");
        auto other = co_await connection::open(where);
        auto lock = co_await transaction::begin(other);
        co_await other.execute("LOCK TABLE \"Held\"");
        auto tx = co_await transaction::begin(keeper);
        std::string state;
        try {
            co_await hold_tables(keeper, held);
        } catch (const error& e) {
            state = e.sqlstate();
        }
        CO_ASSERT_EQ(state, "55P03");
        co_await lock.rollback();
        co_await hold_tables(keeper, held);
        co_await tx.commit();
    });
}

} // namespace
} // namespace tropeiro::pg

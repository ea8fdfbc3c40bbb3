#include "shared/pg/transaction.hpp"

#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/co_spawn.hpp>

namespace tropeiro::pg {
namespace {

using namespace std::chrono_literals;
using test::run;
using test::shared_postgres;

task<connection> with_table()
{
    auto c = co_await connection::open(shared_postgres().dsn());
    co_await c.execute("CREATE TEMP TABLE t (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    co_return c;
}

task<int> count(connection& c)
{
    const auto answer = co_await c.query("SELECT count(*) FROM t");
    co_return answer.one().get<int>(0);
}

TEST(transaction, commit_keeps_and_rollback_drops)
{
    run([]() -> task<> {
        auto c = co_await with_table();
        auto kept = co_await transaction::begin(c);
        CO_ASSERT_TRUE(c.usable());
        co_await c.query("INSERT INTO t VALUES (1)");
        co_await kept.commit();
        CO_ASSERT_TRUE(kept.finished());
        auto dropped = co_await transaction::begin(c);
        co_await c.query("INSERT INTO t VALUES (2)");
        co_await dropped.rollback();
        const int n = co_await count(c);
        CO_ASSERT_EQ(n, 1);
        CO_ASSERT_TRUE(c.usable());
    });
}

TEST(transaction, the_mode_is_the_server_s)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        auto tx = co_await transaction::begin(c, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        const auto answer = co_await c.query("SELECT current_setting('transaction_isolation'), "
                                             "current_setting('transaction_read_only')");
        CO_ASSERT_EQ(answer.one().get<std::string>(0), "repeatable read");
        CO_ASSERT_EQ(answer.one().get<std::string>(1), "on");
        co_await tx.rollback();
    });
}

TEST(transaction, settings_end_with_it)
{
    run([]() -> task<> {
        constexpr auto look = "SELECT current_setting('synchronous_commit'), current_setting('lock_timeout')";
        auto c = co_await connection::open(shared_postgres().dsn());
        const auto before = co_await c.query(look);
        const transaction_settings settings{false, 1500ms};
        auto tx = co_await transaction::begin(c, "READ ONLY", settings);
        const auto within = co_await c.query(look);
        CO_ASSERT_EQ(within.one().get<std::string>(0), "off");
        CO_ASSERT_EQ(within.one().get<std::string>(1), "1500ms");
        co_await tx.commit();
        const auto after = co_await c.query(look);
        CO_ASSERT_EQ(after.one().get<std::string>(0), before.one().get<std::string>(0));
        CO_ASSERT_EQ(after.one().get<std::string>(1), before.one().get<std::string>(1));
    });
}

TEST(transaction, an_unfinished_one_breaks_its_connection)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        {
            auto tx = co_await transaction::begin(c);
            CO_ASSERT_TRUE(c.usable());
        }
        CO_ASSERT_FALSE(c.usable());
    });
}

TEST(transaction, commit_after_a_failed_statement_throws_instead_of_rolling_back_in_silence)
{
    run([]() -> task<> {
        auto c = co_await with_table();
        auto tx = co_await transaction::begin(c);
        bool failed = false;
        try {
            co_await c.query("SELECT 1/0");
        } catch (const error&) {
            failed = true;
        }
        CO_ASSERT_TRUE(failed);
        std::string state;
        try {
            co_await tx.commit();
        } catch (const error& e) {
            state = e.sqlstate();
        }
        CO_ASSERT_EQ(state, "25P02");
        CO_ASSERT_TRUE(c.usable());
    });
}

TEST(transaction, an_error_at_commit_is_a_known_rollback)
{
    run([]() -> task<> {
        auto c = co_await with_table();
        auto tx = co_await transaction::begin(c);
        co_await c.query("INSERT INTO t VALUES (1), (1)");
        bool unknown = false;
        std::string state;
        try {
            co_await tx.commit();
        } catch (const commit_unknown&) {
            unknown = true;
        } catch (const error& e) {
            state = e.sqlstate();
        }
        CO_ASSERT_FALSE(unknown);
        CO_ASSERT_EQ(state, "23505");
        CO_ASSERT_TRUE(c.usable());
        const int n = co_await count(c);
        CO_ASSERT_EQ(n, 0);
    });
}

TEST(transaction, a_connection_lost_at_commit_leaves_the_outcome_unknown)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        auto killer = co_await connection::open(shared_postgres().dsn());
        auto tx = co_await transaction::begin(c);
        co_await killer.query("SELECT pg_terminate_backend($1)", c.backend_pid());
        bool unknown = false;
        try {
            co_await tx.commit();
        } catch (const commit_unknown& e) {
            unknown = is_connection_lost(e);
        }
        CO_ASSERT_TRUE(unknown);
        CO_ASSERT_FALSE(c.usable());
    });
}

TEST(transaction, a_commit_without_an_answer_in_time_is_unknown_too)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        auto tx = co_await transaction::begin(c);
        c.set_timeout(150ms);
        ::kill(c.backend_pid(), SIGSTOP);
        bool unknown = false;
        try {
            co_await tx.commit();
        } catch (const commit_unknown& e) {
            unknown = e.sqlstate() == state_no_reply;
        }
        ::kill(c.backend_pid(), SIGCONT);
        CO_ASSERT_TRUE(unknown);
    });
}

TEST(transaction, rollback_of_a_lost_connection_is_no_error)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        auto tx = co_await transaction::begin(c);
        c.mark_broken();
        co_await tx.rollback();
        CO_ASSERT_TRUE(tx.finished());
    });
}

TEST(transaction, they_do_not_nest)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        auto tx = co_await transaction::begin(c);
        bool refused = false;
        try {
            auto inner = co_await transaction::begin(c);
        } catch (const failure&) {
            refused = true;
        }
        CO_ASSERT_TRUE(refused);
        CO_ASSERT_TRUE(c.usable());
        co_await tx.rollback();
    });
}

} // namespace
} // namespace tropeiro::pg

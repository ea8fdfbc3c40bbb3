#include "shared/pg/connection.hpp"

#include "shared/pg/transaction.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tropeiro::pg {
namespace {

using job_id = strong_id<struct job_tag, std::int64_t>;
using test::run;
using test::shared_postgres;

TEST(connection, answers_over_tcp_and_over_a_socket)
{
    run([]() -> task<> {
        auto tcp = co_await connection::open(shared_postgres().dsn());
        const auto answer = co_await tcp.query("SELECT $1::int + 1 AS n", 41);
        CO_ASSERT_EQ(answer.one().get<int>("n"), 42);
        auto local = co_await connection::open(shared_postgres().socket_dsn());
        const auto other = co_await local.query("SELECT 1");
        CO_ASSERT_EQ(other.size(), 1U);
        CO_ASSERT_TRUE(local.usable());
    });
}

TEST(connection, a_host_name_is_looked_up)
{
    run([]() -> task<> {
        auto where = shared_postgres().dsn();
        where.host = "localhost"; // ::1 may come first and refuse: libpq goes on to the next address
        auto c = co_await connection::open(where);
        const auto answer = co_await c.query("SELECT 1");
        CO_ASSERT_EQ(answer.size(), 1U);
    });
}

TEST(connection, of_several_hosts_the_one_that_answers_is_taken)
{
    run([]() -> task<> {
        auto where = shared_postgres().dsn();
        where.host = "127.0.0.1,127.0.0.1";
        where.port = fmt::format("{},{}", test::free_port(), where.port);
        auto c = co_await connection::open(where);
        CO_ASSERT_TRUE(c.usable());
    });
}

TEST(connection, every_type_makes_the_round_trip)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        const std::vector<std::string> names{"a", "", "b\"c\\d", "{e,f}", "NULL", "São João"};
        const std::vector<std::int64_t> numbers{1, -2, 9000000000};
        const std::optional<std::string> nothing;
        const std::int64_t negative = -9000000000;
        const auto answer = co_await c.query(
            "SELECT $1::bigint AS i, $2::boolean AS b, $3::double precision AS d, $4::text AS s, $5::text[] "
            "AS t, "
            "$6::bigint[] AS n, $7::text AS nothing, $8::bigint AS id, $9::double precision AS nan",
            negative, true, 1.0 / 3, "it's", names, numbers, nothing, job_id(7), std::nan(""));
        const auto row = answer.one();
        CO_ASSERT_EQ(row.get<std::int64_t>("i"), negative);
        CO_ASSERT_TRUE(row.get<bool>("b"));
        CO_ASSERT_EQ(row.get<double>("d"), 1.0 / 3);
        CO_ASSERT_EQ(row.get<std::string>("s"), "it's");
        CO_ASSERT_EQ(row.get<std::vector<std::string>>("t"), names);
        CO_ASSERT_EQ(row.get<std::vector<std::int64_t>>("n"), numbers);
        CO_ASSERT_TRUE(row.is_null("nothing"));
        CO_ASSERT_EQ(row.get<job_id>("id"), job_id(7));
        CO_ASSERT_TRUE(std::isnan(row.get<double>("nan")));
    });
}

TEST(connection, arguments_are_kept_although_the_caller_s_are_gone)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        auto text = std::make_unique<std::string>("kept");
        auto work = c.query(std::string("SELECT $1::text"), *text);
        text.reset();
        const auto answer = co_await std::move(work);
        CO_ASSERT_EQ(answer.one().get<std::string>(0), "kept");
    });
}

TEST(connection, a_prepared_statement_is_parsed_once_and_outlives_a_rollback)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        constexpr auto quotient = "SELECT 100 / $1::int, $2::text";
        const auto first = co_await c.query_prepared(quotient, 5, "a");
        CO_ASSERT_EQ(first.one().get<int>(0), 20);
        auto sqlstate = std::string();
        {
            auto tx = co_await transaction::begin(c);
            try {
                co_await c.query_prepared(quotient, 0, "b");
            } catch (const error& e) {
                sqlstate = e.sqlstate();
            }
            co_await tx.rollback();
        }
        CO_ASSERT_EQ(sqlstate, "22012");
        const auto again = co_await c.query_prepared(quotient, 4, std::optional<std::string>());
        CO_ASSERT_EQ(again.one().get<int>(0), 25);
        CO_ASSERT_TRUE(again.one().is_null(1));
        sqlstate.clear();
        try {
            co_await c.query_prepared("SELECT nothing FROM nowhere");
        } catch (const error& e) {
            sqlstate = e.sqlstate();
        }
        CO_ASSERT_EQ(sqlstate, "42P01");
        const auto other = co_await c.query_prepared("SELECT $1::text", "other");
        CO_ASSERT_EQ(other.one().get<std::string>(0), "other");
        const auto kept = co_await c.query("SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql");
        CO_ASSERT_EQ(kept.one().get<int>(0), 2);
    });
}

TEST(connection, execute_runs_several_statements)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        co_await c.execute("CREATE TEMP TABLE t (n int); INSERT INTO t VALUES (1), (2); SELECT 1");
        const auto changed = co_await c.query("UPDATE t SET n = n + 1");
        CO_ASSERT_EQ(changed.affected(), 2);
        CO_ASSERT_EQ(changed.command(), "UPDATE 2");
        const auto none = co_await c.query("SELECT n FROM t WHERE n = 99");
        CO_ASSERT_TRUE(none.empty());
        const auto last =
            co_await c.query_script("SELECT 1; BEGIN; LOCK TABLE t; COMMIT; SELECT max(n) FROM t");
        CO_ASSERT_EQ(last.one().get<int>(0), 3);
    });
}

TEST(connection, a_server_error_has_every_field_and_leaves_it_usable)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        co_await c.execute("CREATE TEMP TABLE t (n int PRIMARY KEY); INSERT INTO t VALUES (1)");
        try {
            co_await c.query("INSERT INTO t VALUES ($1)", 1);
            CO_FAIL("no error");
        } catch (const error& e) {
            CO_ASSERT_EQ(e.sqlstate(), "23505");
            CO_ASSERT_EQ(e.detail(), "Key (n)=(1) already exists.");
            CO_ASSERT_FALSE(is_connection_lost(e));
            CO_ASSERT_EQ(e.where(), shared_postgres().dsn().where());
        }
        CO_ASSERT_TRUE(c.usable());
        try {
            co_await c.execute("SELECT 1; SELECT 1/0; SELECT 2");
            CO_FAIL("no error");
        } catch (const error& e) {
            CO_ASSERT_EQ(e.sqlstate(), "22012");
        }
        const auto answer = co_await c.query("SELECT 1");
        CO_ASSERT_EQ(answer.size(), 1U);
    });
}

TEST(connection, copy_through_query_is_refused_and_breaks_it)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        bool refused = false;
        try {
            co_await c.execute("COPY (SELECT 1) TO STDOUT");
        } catch (const failure&) {
            refused = true;
        }
        CO_ASSERT_TRUE(refused);
        CO_ASSERT_FALSE(c.usable());
    });
}

TEST(connection, a_transaction_left_open_makes_it_unusable)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        co_await c.execute("BEGIN");
        CO_ASSERT_FALSE(c.usable());
        co_await c.execute("ROLLBACK");
        CO_ASSERT_TRUE(c.usable());
        c.mark_broken();
        CO_ASSERT_FALSE(c.usable());
    });
}

TEST(connection, settings_hold_for_the_session)
{
    run([]() -> task<> {
        connect_options options;
        options.application_name = "tropeiro/7/1";
        options.settings = {
            {"row_security", "off"}, {"TimeZone", "America/Sao_Paulo"}, {"my.word", "it's a 'test'"}};
        auto c = co_await connection::open(shared_postgres().dsn(), options);
        const auto answer =
            co_await c.query("SELECT current_setting('row_security'), current_setting('my.word'), "
                             "current_setting('application_name')");
        CO_ASSERT_EQ(answer.one().get<std::string>(0), "off");
        CO_ASSERT_EQ(answer.one().get<std::string>(1), "it's a 'test'");
        CO_ASSERT_EQ(answer.one().get<std::string>(2), "tropeiro/7/1");
        CO_ASSERT_EQ(c.parameter("TimeZone"), "America/Sao_Paulo");
        CO_ASSERT_EQ(c.parameter("client_encoding"), "UTF8");
        CO_ASSERT_EQ(c.parameter("no_such"), "");
        CO_ASSERT_GE(c.server_version(), 140000);
        const auto pid = co_await c.query("SELECT pg_backend_pid()");
        CO_ASSERT_EQ(pid.one().get<int>(0), c.backend_pid());
    });
}

TEST(connection, notices_are_not_printed)
{
    testing::internal::CaptureStderr();
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        co_await c.execute("DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$");
        CO_ASSERT_TRUE(c.usable());
    });
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(connection, large_texts_go_both_ways)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        const std::string large(20'000'000, 'x');
        const auto answer = co_await c.query("SELECT $1::text AS s, length($1)", large);
        CO_ASSERT_EQ(answer.one().get<int>("length"), 20'000'000);
        CO_ASSERT_TRUE(answer.one().get<std::string_view>("s") == large);
    });
}

TEST(connection, it_may_be_moved_while_idle)
{
    run([]() -> task<> {
        auto first = co_await connection::open(shared_postgres().dsn());
        auto second = std::move(first);
        const auto answer = co_await second.query("SELECT 1");
        CO_ASSERT_EQ(answer.size(), 1U);
        CO_ASSERT_FALSE(first.usable());
    });
}

} // namespace
} // namespace tropeiro::pg

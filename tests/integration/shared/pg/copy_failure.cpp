// COPY that does not end well: bad rows, cancel, dropped streams, dead and silent servers.
#include "shared/pg/copy_in.hpp"
#include "shared/pg/copy_out.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/rt/deadline.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

#include <csignal>

namespace tropeiro::pg {
namespace {

using namespace std::chrono_literals;
using test::run;
using test::shared_postgres;

constexpr auto endless = "COPY (SELECT generate_series(1, 2000000000), repeat('x', 100)) TO STDOUT";

task<std::optional<error>> trouble(task<std::int64_t> work)
{
    try {
        co_await std::move(work);
    } catch (const error& e) {
        co_return e;
    }
    co_return std::nullopt;
}

// Reads until the end or an error.
task<std::int64_t> read_all(copy_out& reader)
{
    std::string_view row;
    while (true) {
        const bool more = co_await reader.next(row);
        if (!more) break;
    }
    const auto rows = co_await reader.finish();
    co_return rows;
}

// Writes until an error; ends after a gigabyte. `written` counts.
task<std::int64_t> write_on(copy_in& writer, std::size_t& written)
{
    const std::string line = std::string(1023, 'x') + "\n";
    std::string block;
    for (int i = 0; i < 256; ++i)
        block += line;
    for (int i = 0; i < 4096; ++i) {
        co_await writer.write(block);
        written += block.size();
    }
    const auto rows = co_await writer.finish();
    co_return rows;
}

TEST(copy_failure, a_bad_row_names_its_line_and_the_connection_lives_on)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        co_await c.execute("CREATE TEMP TABLE t (n int)");
        auto tx = co_await transaction::begin(c);
        auto writer = co_await copy_in::open(c, "COPY t FROM STDIN");
        co_await writer.write("1\n2\nthree\n");
        std::string many;
        for (int i = 0; i < 1000000; ++i)
            many += "4\n"; // far more comes after the bad row
        co_await writer.write(many);
        const auto e = co_await trouble(writer.finish());
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_EQ(e->sqlstate(), "22P02");
        CO_ASSERT_EQ(e->context(), "COPY t, line 3, column n: \"three\"");
        co_await tx.rollback();
        CO_ASSERT_TRUE(c.usable());
        const auto answer = co_await c.query("SELECT count(*) FROM t");
        CO_ASSERT_EQ(answer.one().get<int>(0), 0);
    });
}

TEST(copy_failure, a_copy_that_cannot_begin_is_an_ordinary_error)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        std::string state;
        try {
            auto reader = co_await copy_out::open(c, "COPY nowhere TO STDOUT");
        } catch (const error& e) {
            state = e.sqlstate();
        }
        CO_ASSERT_EQ(state, "42P01");
        CO_ASSERT_TRUE(c.usable());
        bool refused = false;
        try {
            auto reader = co_await copy_out::open(c, "SELECT 1");
        } catch (const failure&) {
            refused = true;
        }
        CO_ASSERT_TRUE(refused);
        CO_ASSERT_TRUE(c.usable());
    });
}

TEST(copy_failure, an_error_in_the_middle_of_reading_is_thrown_at_the_end)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        auto reader = co_await copy_out::open(
            c, "COPY (SELECT 1 / (100000 - i) FROM generate_series(1, 200000) i) TO STDOUT");
        const auto e = co_await trouble(read_all(reader));
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_EQ(e->sqlstate(), "22012");
        CO_ASSERT_TRUE(c.usable());
    });
}

TEST(copy_failure, dropped_streams_break_their_connections)
{
    run([]() -> task<> {
        auto reading = co_await connection::open(shared_postgres().dsn());
        auto writing = co_await connection::open(shared_postgres().dsn());
        co_await writing.execute("CREATE TEMP TABLE t (s text)");
        {
            auto reader = co_await copy_out::open(reading, endless);
            auto writer = co_await copy_in::open(writing, "COPY t FROM STDIN");
            std::string_view row;
            const bool more = co_await reader.next(row);
            CO_ASSERT_TRUE(more);
            co_await writer.write("x\n");
        }
        CO_ASSERT_FALSE(reading.usable());
        CO_ASSERT_FALSE(writing.usable());
    });
}

TEST(copy_failure, cancel_in_the_middle_ends_the_stream_and_keeps_the_connection)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        auto reader = co_await copy_out::open(c, endless);
        std::string_view row;
        for (int i = 0; i < 1000; ++i)
            co_await reader.next(row);
        co_await c.cancel();
        const auto e = co_await trouble(read_all(reader));
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_EQ(e->sqlstate(), "57014");
        CO_ASSERT_TRUE(c.usable());
    });
}

TEST(copy_failure, a_killed_backend_is_noticed_by_the_reader)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        auto killer = co_await connection::open(shared_postgres().dsn());
        auto reader = co_await copy_out::open(c, endless);
        std::string_view row;
        co_await reader.next(row);
        co_await killer.query("SELECT pg_terminate_backend($1)", c.backend_pid());
        const auto e = co_await trouble(read_all(reader));
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_TRUE(is_connection_lost(*e));
        CO_ASSERT_FALSE(c.usable());
    });
}

TEST(copy_failure, a_killed_backend_is_noticed_by_the_writer_long_before_the_end)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        auto killer = co_await connection::open(shared_postgres().dsn());
        co_await c.execute("CREATE TEMP TABLE t (s text)");
        auto writer = co_await copy_in::open(c, "COPY t FROM STDIN");
        co_await writer.write("x\n");
        co_await killer.query("SELECT pg_terminate_backend($1)", c.backend_pid());
        std::size_t written = 0;
        const auto e = co_await trouble(write_on(writer, written));
        CO_ASSERT_TRUE(e.has_value());
        CO_ASSERT_TRUE(is_connection_lost(*e)); // its last words may be lost with our rows that it never read
        CO_ASSERT_LT(written, 100'000'000U);
        CO_ASSERT_FALSE(c.usable());
    });
}

TEST(copy_failure, a_server_stopped_in_mid_copy_is_lost_at_both_ends)
{
    test::postgres_server server;
    run([&]() -> task<> {
        auto reading = co_await connection::open(server.dsn());
        auto writing = co_await connection::open(server.dsn());
        co_await writing.execute("CREATE TEMP TABLE t (s text)");
        auto reader = co_await copy_out::open(reading, endless);
        auto writer = co_await copy_in::open(writing, "COPY t FROM STDIN");
        std::string_view row;
        co_await reader.next(row);
        server.stop();
        const auto read = co_await trouble(read_all(reader));
        CO_ASSERT_TRUE(read.has_value());
        CO_ASSERT_TRUE(is_connection_lost(*read));
        std::size_t bytes = 0;
        const auto written = co_await trouble(write_on(writer, bytes));
        CO_ASSERT_TRUE(written.has_value());
        CO_ASSERT_TRUE(is_connection_lost(*written));
        CO_ASSERT_EQ(written->kind(), error_kind::unreachable);
    });
}

TEST(copy_failure, a_server_that_stands_still_meets_the_deadline_at_both_ends)
{
    run([]() -> task<> {
        auto reading = co_await connection::open(shared_postgres().dsn());
        auto writing = co_await connection::open(shared_postgres().dsn());
        co_await writing.execute("CREATE TEMP TABLE t (s text)");
        auto reader = co_await copy_out::open(reading, endless);
        auto writer = co_await copy_in::open(writing, "COPY t FROM STDIN");
        reading.set_timeout(300ms);
        writing.set_timeout(300ms);
        ::kill(reading.backend_pid(), SIGSTOP);
        ::kill(writing.backend_pid(), SIGSTOP);
        const auto read = co_await trouble(read_all(reader));
        std::size_t bytes = 0;
        const auto written = co_await trouble(write_on(writer, bytes));
        ::kill(reading.backend_pid(), SIGCONT);
        ::kill(writing.backend_pid(), SIGCONT);
        CO_ASSERT_TRUE(read.has_value());
        CO_ASSERT_EQ(read->sqlstate(), state_no_reply);
        CO_ASSERT_TRUE(written.has_value());
        CO_ASSERT_EQ(written->sqlstate(), state_no_reply);
        CO_ASSERT_FALSE(reading.usable());
        CO_ASSERT_FALSE(writing.usable());
    });
}

TEST(copy_failure, the_deadline_is_for_a_wait_and_not_for_the_whole_copy)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        c.set_timeout(1s);
        auto reader = co_await copy_out::open(
            c, "COPY (SELECT i, repeat('x', 10000), pg_sleep(0.05) FROM generate_series(1, 30) i) TO STDOUT");
        co_await test::pause(1100ms); // nobody waits for the server here
        const auto rows = co_await read_all(reader);
        CO_ASSERT_EQ(rows, 30);
        CO_ASSERT_TRUE(c.usable());
    });
}

TEST(copy_failure, cancellation_reaches_a_writer_that_waits)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        co_await c.execute("CREATE TEMP TABLE t (s text)");
        auto writer = co_await copy_in::open(c, "COPY t FROM STDIN");
        ::kill(c.backend_pid(), SIGSTOP);
        bool overdue = false;
        try {
            std::size_t bytes = 0;
            auto work = write_on(writer, bytes);
            co_await rt::with_deadline(std::move(work), 300ms, "writing");
        } catch (const failure& e) {
            overdue = e.kind() == error_kind::unreachable;
        }
        ::kill(c.backend_pid(), SIGCONT);
        CO_ASSERT_TRUE(overdue);
        CO_ASSERT_FALSE(c.usable());
    });
}

} // namespace
} // namespace tropeiro::pg

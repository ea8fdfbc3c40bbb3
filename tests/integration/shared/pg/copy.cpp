// COPY between real sessions: both formats, very large values, back-pressure.
#include "shared/pg/copy_in.hpp"
#include "shared/pg/copy_out.hpp"
#include "shared/pg/transaction.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include <csignal>

namespace tropeiro::pg {
namespace {

using namespace std::chrono_literals;
using test::run;
using test::shared_postgres;

struct ends {
    connection source;
    connection target;
};

task<ends> two_ends()
{
    const auto where = test::fresh_database("copy");
    auto source = co_await connection::open(where);
    auto target = co_await connection::open(where);
    co_return ends{std::move(source), std::move(target)};
}

// The pipe as the copy worker has it: rows gathered to pieces, written piece by piece.
task<std::int64_t> pipe(connection& source, std::string out, connection& target, std::string in)
{
    auto reader = co_await copy_out::open(source, std::move(out));
    auto writer = co_await copy_in::open(target, std::move(in));
    std::string piece;
    while (true) {
        std::string_view row;
        const auto found = reader.poll(row);
        if (found == copy_poll::end) break;
        if (found == copy_poll::empty) {
            co_await reader.wait();
            continue;
        }
        piece += row;
        if (piece.size() < 65536) continue;
        co_await writer.write(piece);
        piece.clear();
    }
    co_await writer.write(piece);
    const auto read = co_await reader.finish();
    const auto written = co_await writer.finish();
    EXPECT_EQ(read, written);
    co_return written;
}

task<std::string> checksum(connection& c, std::string table)
{
    const auto sql = fmt::format("SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM {} t", table);
    const auto answer = co_await c.query(sql);
    co_return answer.one().get<std::string>(0);
}

class both_formats : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(copy, both_formats, testing::Values("binary", "text"));

TEST_P(both_formats, rows_arrive_as_they_left)
{
    const std::string with = fmt::format("WITH (FORMAT {})", GetParam());
    run([&]() -> task<> {
        auto [source, target] = co_await two_ends();
        co_await source.execute(
            "CREATE TABLE a (id int, s text, d float8, z timestamptz, b bytea);"
            "INSERT INTO a SELECT i, repeat(chr(9 + i % 200), i % 50), i / 7.0, now(), '\\x0001ff' "
            "FROM generate_series(1, 20000) i;"
            "INSERT INTO a VALUES (0, NULL, NULL, NULL, NULL); CREATE TABLE b (LIKE a)");
        const auto rows =
            co_await pipe(source, "COPY a TO STDOUT " + with, target, "COPY b FROM STDIN " + with);
        CO_ASSERT_EQ(rows, 20001);
        const auto left = co_await checksum(source, "a");
        const auto right = co_await checksum(source, "b");
        CO_ASSERT_EQ(left, right);
        CO_ASSERT_TRUE(source.usable());
        CO_ASSERT_TRUE(target.usable());
    });
}

TEST_P(both_formats, an_empty_table_has_an_empty_stream)
{
    const std::string with = fmt::format("WITH (FORMAT {})", GetParam());
    run([&]() -> task<> {
        auto [source, target] = co_await two_ends();
        co_await source.execute("CREATE TABLE a (id int); CREATE TABLE b (id int)");
        const auto rows =
            co_await pipe(source, "COPY a TO STDOUT " + with, target, "COPY b FROM STDIN " + with);
        CO_ASSERT_EQ(rows, 0);
    });
}

TEST_P(both_formats, a_value_of_200_megabytes_passes)
{
    const std::string with = fmt::format("WITH (FORMAT {})", GetParam());
    run([&]() -> task<> {
        auto [source, target] = co_await two_ends();
        co_await source.execute(
            "CREATE TABLE a (id int, s text); ALTER TABLE a ALTER s SET STORAGE EXTERNAL;"
            "INSERT INTO a SELECT 1, repeat('0123456789', 20000000); CREATE TABLE b (LIKE a)");
        const auto rows =
            co_await pipe(source, "COPY a TO STDOUT " + with, target, "COPY b FROM STDIN " + with);
        CO_ASSERT_EQ(rows, 1);
        const auto same = co_await source.query("SELECT length(b.s) AS n, a.s = b.s AS same FROM a, b");
        CO_ASSERT_EQ(same.one().get<int>("n"), 200000000);
        CO_ASSERT_TRUE(same.one().get<bool>("same"));
    });
}

TEST(copy_out, knows_its_format_and_counts)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        auto text = co_await copy_out::open(c, "COPY (SELECT generate_series(1, 3)) TO STDOUT");
        CO_ASSERT_FALSE(text.binary());
        std::string_view row;
        std::string all;
        while (true) {
            const bool more = co_await text.next(row);
            if (!more) break;
            all += row;
        }
        CO_ASSERT_EQ(all, "1\n2\n3\n");
        const auto rows = co_await text.finish();
        CO_ASSERT_EQ(rows, 3);
        auto binary = co_await copy_out::open(c, "COPY (SELECT 1) TO STDOUT (FORMAT binary)");
        CO_ASSERT_TRUE(binary.binary());
        CO_ASSERT_FALSE(c.usable());
        const auto skipped = co_await binary.finish(); // unread rows are read and dropped
        CO_ASSERT_EQ(skipped, 1);
        CO_ASSERT_TRUE(c.usable());
    });
}

TEST(copy_out, the_end_may_be_polled_again)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        auto reader = co_await copy_out::open(c, "COPY (SELECT 1 WHERE false) TO STDOUT");
        std::string_view row;
        const bool more = co_await reader.next(row);
        CO_ASSERT_FALSE(more);
        CO_ASSERT_TRUE(reader.poll(row) == copy_poll::end);
        co_await reader.finish();
    });
}

TEST(copy_in, takes_any_cut_of_the_bytes)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        co_await c.execute("CREATE TEMP TABLE t (n int, s text)");
        auto writer = co_await copy_in::open(c, "COPY t FROM STDIN");
        const std::string_view bytes = "1\tone\n2\ttwo\n";
        for (const char one : bytes) {
            const std::string_view piece(&one, 1);
            co_await writer.write(piece);
        }
        co_await writer.write("");
        const auto rows = co_await writer.finish();
        CO_ASSERT_EQ(rows, 2);
        CO_ASSERT_TRUE(c.usable());
    });
}

TEST(copy_in, notices_of_a_trigger_do_not_block_it)
{
    run([]() -> task<> {
        auto c = co_await connection::open(shared_postgres().dsn());
        // Far more notices than the socket's buffers hold: a server that cannot write does not read.
        co_await c.execute(
            "CREATE TEMP TABLE t (s text);"
            "CREATE FUNCTION pg_temp.shout() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE NOTICE '%', repeat('x', 10000); RETURN NEW; END $$;"
            "CREATE TRIGGER shout BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION pg_temp.shout()");
        auto writer = co_await copy_in::open(c, "COPY t FROM STDIN");
        std::string piece;
        for (int i = 0; i < 3000; ++i)
            piece += std::string(1000, 'y') + "\n";
        co_await writer.write(piece);
        const auto rows = co_await writer.finish();
        CO_ASSERT_EQ(rows, 3000);
    });
}

TEST(copy_in, a_peer_that_does_not_read_suspends_the_writer)
{
    run([]() -> task<> {
        auto [holder, target] = co_await two_ends();
        co_await holder.execute("CREATE TABLE t (s text)");
        const int backend = target.backend_pid();
        auto writer = co_await copy_in::open(target, "COPY t FROM STDIN");
        ::kill(backend, SIGSTOP);
        std::size_t written = 0;
        bool ended = false;
        auto feed = [](copy_in& into, std::size_t& bytes, bool& done) -> task<> {
            const std::string piece(std::string(1023, 'x') + "\n");
            std::string block;
            for (int i = 0; i < 256; ++i)
                block += piece;
            for (int i = 0; i < 400; ++i) { // 100 MB
                co_await into.write(block);
                bytes += block.size();
            }
            done = true;
        };
        auto executor = co_await asio::this_coro::executor;
        asio::co_spawn(executor, feed(writer, written, ended), [](std::exception_ptr) {});
        std::size_t before = 1;
        while (before != written) { // until the buffers between us are full
            before = written;
            co_await test::pause(100ms);
        }
        CO_ASSERT_FALSE(ended);
        CO_ASSERT_LT(written, 50'000'000U);
        ::kill(backend, SIGCONT);
        const auto has_ended = [&] { return ended; };
        co_await test::until(has_ended);
        const auto rows = co_await writer.finish();
        CO_ASSERT_EQ(rows, 256 * 400);
    });
}

} // namespace
} // namespace tropeiro::pg

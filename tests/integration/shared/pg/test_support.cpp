// The test servers themselves: what every other integration test relies on.
#include "tests/support/child_process.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

namespace tropeiro::test {
namespace {

using namespace std::chrono_literals;

TEST(test_support, a_child_s_output_and_exit_code_are_kept)
{
    spawn_options options;
    options.env = {{"WORD", "hello"}};
    options.unset = {"HOME"};
    options.input = "from stdin";
    const auto done = run_program({"sh", "-c", "echo $WORD; cat; echo \"home=$HOME\" >&2; exit 3"}, options);
    EXPECT_EQ(done.exit, 3);
    EXPECT_EQ(done.out, "hello\nfrom stdin");
    EXPECT_EQ(done.err, "home=\n");
}

TEST(test_support, a_child_may_be_signalled_or_run_out_of_time)
{
    child_process sleeper({"sleep", "60"});
    EXPECT_TRUE(sleeper.running());
    sleeper.signal(SIGTERM);
    EXPECT_EQ(sleeper.wait(10s), 128 + SIGTERM);
    child_process late({"sleep", "60"});
    EXPECT_THROW(late.wait(20ms), std::runtime_error);
    EXPECT_EQ(run_program({"no-such-program"}).exit, 127);
}

TEST(test_support, a_child_s_word_is_awaited)
{
    child_process talker({"sh", "-c", "echo one; sleep 0.05; echo ready; exec sleep 60"});
    talker.wait_for_output("ready");
    child_process silent({"true"});
    EXPECT_THROW(silent.wait_for_output("ready"), std::runtime_error);
}

TEST(test_support, a_temp_dir_goes_with_its_object)
{
    std::filesystem::path path;
    {
        const temp_dir dir;
        path = dir.path();
        EXPECT_EQ(read_file(dir.write("a/b", "text")), "text");
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(test_support, postgres_stops_crashes_and_starts_again_with_its_data)
{
    postgres_server server({"work_mem=5MB"});
    server.create_database("shop");
    server.psql("CREATE TABLE t AS SELECT 7 AS n", "shop");
    server.stop(false);
    EXPECT_FALSE(server.running());
    server.start();
    server.stop();
    server.start();
    EXPECT_TRUE(server.running());
    EXPECT_EQ(server.psql("SELECT n FROM t; SHOW work_mem", "shop"), "7\n5MB\n");
    EXPECT_THROW(server.psql("SELECT 1/0"), std::runtime_error);
}

TEST(test_support, redis_stops_dies_and_starts_again_empty)
{
    redis_server server({"--maxmemory", "50mb"});
    EXPECT_EQ(server.command("SET a 1"), "+OK\r\n");
    EXPECT_EQ(server.command("GET a"), "$1\r\n1\r\n");
    server.kill9();
    EXPECT_FALSE(server.running());
    EXPECT_THROW(server.command("PING"), std::runtime_error);
    server.start();
    EXPECT_EQ(server.command("GET a"), "$-1\r\n");
    server.stop();
    EXPECT_FALSE(server.running());
}

TEST(test_support, a_coroutine_that_hangs_is_a_failure)
{
    EXPECT_THROW(run([]() -> task<> { co_await pause(60s); }, 50ms), std::runtime_error);
    EXPECT_EQ(run([]() -> task<int> { co_return 7; }), 7);
    EXPECT_THROW(run([]() -> task<int> {
                     throw std::logic_error("x");
                     co_return 1;
                 }),
                 std::logic_error);
}

} // namespace
} // namespace tropeiro::test

#include "run.hpp"
#include "shared/rt/child.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/rt/subprocess.hpp"
#include "shared/rt/task_group.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;

namespace tropeiro::rt {
namespace {

command shell(std::string script)
{
    command what;
    what.program = "sh";
    what.args = {"-c", std::move(script)};
    return what;
}

outcome run_now(command what, steady::duration limit = 20s)
{
    outcome got;
    auto body = [&]() -> task<> { got = co_await run(what, limit); };
    test::run(body());
    return got;
}

error run_and_fail(command what, steady::duration limit = 20s)
{
    auto body = [&]() -> task<> { co_await run_checked(what, limit); };
    try {
        test::run(body());
    } catch (const failure& f) {
        return f.what_went_wrong();
    }
    return error{error_kind::failed, "nothing was thrown", {}};
}

TEST(subprocess, gives_the_exit_status_and_both_streams)
{
    const auto got = run_now(shell("echo out; echo err >&2; exit 3"));
    EXPECT_EQ(got.exit_status, 3);
    EXPECT_FALSE(got.ok());
    EXPECT_EQ(got.output, "out\n");
    EXPECT_EQ(got.messages, "err\n");
}

TEST(subprocess, a_signal_counts_as_128_and_its_number)
{
    EXPECT_EQ(run_now(shell("kill -TERM $$")).exit_status, 128 + SIGTERM);
}

TEST(subprocess, megabytes_both_ways_do_not_deadlock)
{
    auto what = shell("tee /dev/stderr | cat");
    what.input.assign(std::size_t{4} << 20U, 'x');
    const auto got = run_now(what);
    EXPECT_EQ(got.output.size(), what.input.size());
    EXPECT_EQ(got.messages.size(), std::size_t{1} << 20U); // its first MB
    EXPECT_TRUE(got.ok());
}

TEST(subprocess, a_child_that_does_not_read_its_input_is_no_trouble)
{
    auto what = shell("exec 0<&-; echo done");
    what.input.assign(std::size_t{4} << 20U, 'x');
    const auto got = run_now(what);
    EXPECT_EQ(got.output, "done\n");
    EXPECT_TRUE(got.ok());
}

TEST(subprocess, without_input_the_child_reads_an_empty_stdin)
{
    EXPECT_EQ(run_now(shell("cat; echo end")).output, "end\n");
}

TEST(subprocess, secrets_reach_the_environment_and_not_the_arguments)
{
    auto what = shell("echo $PGPASSWORD $PGAPPNAME; tr '\\0' ' ' < /proc/$$/cmdline");
    what.environment["PGAPPNAME"] = "tropeiro";
    what.secrets["PGPASSWORD"] = secret("s3cr3t-word");
    const auto got = run_now(what);
    EXPECT_TRUE(got.output.starts_with("s3cr3t-word tropeiro\n"));
    EXPECT_EQ(got.output.find("s3cr3t-word", 5), std::string::npos);
}

TEST(subprocess, a_missing_program_is_named_with_the_package_that_brings_it)
{
    command what;
    what.program = "/nowhere/bin/pg_dump";
    const auto e = run_and_fail(what);
    EXPECT_EQ(e.kind, error_kind::not_found);
    EXPECT_EQ(e.message, "the program \"/nowhere/bin/pg_dump\" is not there");
    EXPECT_EQ(e.hint, "on Debian: apt-get install postgresql-client");
}

TEST(subprocess, a_file_that_cannot_be_executed_says_why)
{
    const auto file =
        std::filesystem::temp_directory_path() / ("tropeiro_garbage_" + std::to_string(::getpid()));
    std::ofstream(file) << "\x01\x02";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    command what;
    what.program = file.string();
    const auto e = run_and_fail(what);
    EXPECT_NE(e.message.find("Exec format error"), std::string::npos) << e.message;
    std::filesystem::remove(file);
}

TEST(subprocess, run_checked_carries_what_the_program_said)
{
    const auto e = run_and_fail(shell("echo 'no such table' >&2; exit 1"));
    EXPECT_EQ(e.message, "sh ended with exit status 1: no such table");
}

TEST(subprocess, too_much_output_ends_the_child)
{
    auto what = shell("yes");
    what.max_output = 100'000;
    const auto e = run_and_fail(what);
    EXPECT_EQ(e.message, "sh wrote more than 97.7 kB");
}

TEST(subprocess, an_overdue_child_is_named)
{
    const auto e = run_and_fail(shell("exec sleep 600"), 50ms);
    EXPECT_EQ(e.kind, error_kind::unreachable);
    EXPECT_TRUE(e.message.starts_with("sh took longer than")) << e.message;
}

// Runs the script, waits until it has written into the file of $READY and cancels it; what it wrote.
std::string cancelled_once_ready(std::string script)
{
    const auto file =
        std::filesystem::temp_directory_path() / ("tropeiro_ready_" + std::to_string(::getpid()));
    auto what = shell(std::move(script));
    what.environment["READY"] = file.string();
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        task_group group(executor);
        auto running = [&]() -> task<> { co_await run(what, 1h); };
        group.spawn(running());
        while (!std::filesystem::exists(file) || std::filesystem::file_size(file) == 0)
            co_await sleep_for(1ms);
        group.cancel_all(hard);
        co_await group.join();
    };
    test::run(body());
    std::ifstream in(file);
    std::string written((std::istreambuf_iterator<char>(in)), {});
    std::filesystem::remove(file);
    return written;
}

// A process that is gone or a zombie nobody has collected yet (an orphan's parent is not ours to hurry).
bool is_gone(pid_t pid)
{
    std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
    std::string ignored;
    std::string state;
    return !(status >> ignored >> ignored >> state) || state == "Z" || state == "X";
}

TEST(subprocess, a_cancelled_child_is_asked_before_it_is_killed)
{
    EXPECT_EQ(cancelled_once_ready("trap 'echo asked >> $READY; exit 0' TERM; echo ready > $READY;"
                                   "while :; do sleep 0.01; done"),
              "ready\nasked\n");
}

TEST(subprocess, a_child_that_does_not_listen_is_killed_after_two_seconds)
{
    const auto start = steady::now();
    const auto pid = cancelled_once_ready("trap '' TERM; echo $$ > $READY; while :; do :; done");
    EXPECT_GE(seconds_since(start), 2);
    EXPECT_TRUE(is_gone(std::stoi(pid)));
}

TEST(subprocess, a_cancelled_child_leaves_no_grandchild_behind)
{
    const auto pid = cancelled_once_ready("sleep 600 & echo $! > $READY; wait");
    while (!is_gone(std::stoi(pid)))
        std::this_thread::yield();
}

child_options long_lived(std::string script)
{
    child_options options;
    options.program = "sh";
    options.args = {"-c", std::move(script)};
    return options;
}

TEST(child, several_can_wait_for_its_end)
{
    auto body = []() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        child process(executor, long_lived("sleep 0.05; exit 7"));
        EXPECT_TRUE(process.running());
        task_group group(executor);
        int seen = 0;
        auto waiter = [&]() -> task<> { seen += co_await process.wait(); };
        group.spawn(waiter());
        group.spawn(waiter());
        co_await group.join();
        EXPECT_EQ(seen, 14);
        EXPECT_FALSE(process.running());
        EXPECT_EQ(process.exit_status(), 7);
    };
    test::run(body());
}

TEST(child, terminate_asks_first_and_kills_after_the_grace)
{
    const auto ready =
        std::filesystem::temp_directory_path() / ("tropeiro_trap_" + std::to_string(::getpid()));
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        child polite(executor, long_lived("exec sleep 600"));
        const int asked = co_await polite.terminate(10s);
        EXPECT_EQ(asked, 128 + SIGTERM);
        child stubborn(executor,
                       long_lived("trap '' TERM; touch " + ready.string() + "; while :; do :; done"));
        while (!std::filesystem::exists(ready))
            co_await sleep_for(1ms);
        const int killed = co_await stubborn.terminate(50ms);
        EXPECT_EQ(killed, 128 + SIGKILL);
    };
    test::run(body());
    std::filesystem::remove(ready);
}

TEST(child, its_output_goes_to_the_log_file)
{
    const auto file = std::filesystem::temp_directory_path() / ("tropeiro_log_" + std::to_string(::getpid()));
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        auto options = long_lived("echo hello; echo trouble >&2");
        options.log_file = file;
        child process(executor, options);
        co_await process.wait();
    };
    test::run(body());
    std::ifstream in(file);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    EXPECT_EQ(text, "hello\ntrouble\n");
    std::filesystem::remove(file);
}

TEST(child, is_killed_with_its_owner)
{
    pid_t pid = 0;
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        child process(executor, long_lived("exec sleep 600"));
        pid = process.pid();
    };
    test::run(body());
    EXPECT_EQ(::kill(pid, 0), -1);
}

/// A folder that PATH begins with, as long as it lives.
class path_folder {
  public:
    path_folder() : before_(std::getenv("PATH"))
    {
        std::filesystem::create_directories(folder);
        setenv("PATH", (folder.string() + ":" + before_).c_str(), 1);
    }
    ~path_folder()
    {
        setenv("PATH", before_.c_str(), 1);
        std::filesystem::remove_all(folder);
    }
    path_folder(const path_folder&) = delete;
    path_folder& operator=(const path_folder&) = delete;

    void add_script(const std::string& name) const
    {
        std::ofstream(folder / name) << "#!/bin/sh\n";
        std::filesystem::permissions(folder / name, std::filesystem::perms::owner_all);
    }

    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("tropeiro-path-" + std::to_string(getpid()));

  private:
    std::string before_;
};

TEST(find_program, takes_what_path_has_first_but_looks_behind_debians_wrapper)
{
    const path_folder in_path;
    in_path.add_script("pg_dump");
    in_path.add_script("pg_wrapper");
    std::filesystem::create_symlink("pg_wrapper", in_path.folder / "pg_restore");
    EXPECT_EQ(find_program("pg_dump"), (in_path.folder / "pg_dump").string());
    EXPECT_TRUE(find_program("pg_restore").starts_with("/usr/lib/postgresql/")) << find_program("pg_restore");
    std::filesystem::create_symlink("pg_wrapper", in_path.folder / "pg_none_such");
    EXPECT_EQ(find_program("pg_none_such"), (in_path.folder / "pg_none_such").string());
}

} // namespace
} // namespace tropeiro::rt

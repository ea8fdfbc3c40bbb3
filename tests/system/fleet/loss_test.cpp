// What a rollout survives: real processes, killed and stopped in the middle of their work.
#include "tests/system/fleet/fleet.hpp"

#include <gtest/gtest.h>

#include <random>
#include <thread>

namespace tropeiro::test {
namespace {

constexpr std::int64_t batch = 500;
const std::vector<std::string> two_cities{"recife", "salvador"};

void expect_equal(fleet& f, const std::vector<std::string>& cities)
{
    for (const auto& city : cities)
        EXPECT_EQ(f.differences(city), "");
}

TEST(fleet, ten_killed_workers_cost_at_most_a_batch_per_slot_each)
{
    fleet f("kill");
    f.start_scheduler();
    f.add_worker();
    f.add_worker();
    const auto rollout = f.start_rollout("recife,salvador");
    std::mt19937 random(20260301);
    int kills = 0;
    f.wait_for_rows(two_cities, 0);
    for (; kills < 10 && f.state(rollout) == "running"; ++kills) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100 + random() % 900));
        f.kill_worker(f.workers().front());
        f.add_worker();
    }
    EXPECT_GE(kills, 5) << "the rollout was over too soon to be a test";
    f.wait_for(rollout);
    expect_equal(f, two_cities);
    const auto inserted = f.rows_inserted("recife") + f.rows_inserted("salvador");
    const auto present = f.rows_present("recife") + f.rows_present("salvador");
    EXPECT_GT(present, 10'000);
    // Two slots; a pass has a batch of each city under way.
    EXPECT_LE(inserted - present, kills * 2 * batch * 2) << "rows sent again";
}

TEST(fleet, a_killed_scheduler_is_followed_by_the_next_one)
{
    fleet f("sched");
    f.start_scheduler();
    f.add_worker();
    f.add_worker();
    const auto rollout = f.start_rollout("recife,salvador");
    f.wait_for_rows(two_cities, 500);
    f.kill_scheduler();
    f.wait_for_rows(two_cities, f.rows_committed(two_cities)); // the workers go on
    f.start_scheduler();
    f.wait_for(rollout);
    expect_equal(f, two_cities);
}

TEST(fleet, a_flushed_redis_loses_nothing)
{
    fleet f("flush");
    f.start_scheduler();
    f.add_worker();
    f.add_worker();
    const auto rollout = f.start_rollout("recife,salvador");
    f.wait_for_rows(two_cities, 500);
    f.redis().command("FLUSHALL");
    f.wait_for(rollout);
    expect_equal(f, two_cities);
}

TEST(fleet, a_killed_redis_loses_nothing)
{
    fleet f("redis");
    f.start_scheduler();
    f.add_worker();
    f.add_worker();
    const auto rollout = f.start_rollout("recife,salvador");
    f.wait_for_rows(two_cities, 500);
    f.redis().kill9();
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    f.redis().start();
    f.wait_for(rollout);
    expect_equal(f, two_cities);
}

TEST(fleet, a_restarted_target_loses_nothing)
{
    fleet f("target");
    f.start_scheduler();
    f.add_worker();
    f.add_worker();
    const auto rollout = f.start_rollout("recife,salvador");
    f.wait_for_rows(two_cities, 500);
    servers().target.stop(true); // as a crash: with fsync off it is a clean one, the test stops no machine
    servers().target.start();
    f.wait_for(rollout);
    expect_equal(f, two_cities);
}

TEST(fleet, a_worker_that_slept_through_its_lease_commits_nothing)
{
    fleet f("zombie");
    f.start_scheduler();
    auto& sleeper = f.add_worker();
    const auto rollout = f.start_rollout("recife");
    f.wait_for_rows({"recife"}, 500);
    sleeper.signal(SIGSTOP);
    ASSERT_EQ(f.state(rollout), "running");
    f.add_worker();
    f.wait_for(rollout); // the other one has finished its jobs, too
    sleeper.signal(SIGCONT);
    std::this_thread::sleep_for(
        std::chrono::seconds(3)); // whatever it still meant to do, it has tried by now
    EXPECT_EQ(f.rows_present("recife"), f.rows_committed({"recife"}));
    expect_equal(f, {"recife"});
    EXPECT_TRUE(sleeper.running());
}

TEST(fleet, a_worker_that_is_asked_to_leave_gives_its_jobs_back_at_once)
{
    fleet f("term");
    f.start_scheduler();
    auto& leaver = f.add_worker(std::chrono::seconds(60)); // a lost lease would take a minute
    const auto rollout = f.start_rollout("recife");
    f.wait_for_rows({"recife"}, 500);
    leaver.signal(SIGTERM);
    EXPECT_EQ(leaver.wait(std::chrono::seconds(20)), 0) << leaver.err();
    f.add_worker();
    f.wait_for(rollout, "done", std::chrono::seconds(55));
    expect_equal(f, {"recife"});
}

TEST(fleet, workers_come_and_go_while_it_runs)
{
    fleet f("scale");
    f.start_scheduler();
    f.add_worker();
    f.add_worker();
    const auto rollout = f.start_rollout("recife,salvador,afogados-da-ingazeira");
    f.wait_for_rows(two_cities, 500);
    for (int i = 0; i < 4; ++i)
        f.add_worker();
    f.wait_for_rows(two_cities, f.rows_committed(two_cities) + 1000);
    auto leaver = f.workers().begin();
    for (int i = 0; i < 3; ++i, ++leaver)
        leaver->signal(SIGTERM);
    f.wait_for(rollout);
    expect_equal(f, two_cities);
}

} // namespace
} // namespace tropeiro::test

// What a rollout survives: real processes, killed and stopped in the middle of their work.
#include "shared/base/text.hpp"
#include "tests/system/fleet/fleet.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
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

/// A rollout of the two cities by two workers, in the middle of its rows.
std::int64_t start_and_copy_some(fleet& f)
{
    f.start_scheduler();
    f.add_worker();
    f.add_worker();
    const auto rollout = f.start_rollout(text::join(two_cities, ","));
    f.wait_for_rows(two_cities, 500);
    return rollout;
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
    const auto rollout = start_and_copy_some(f);
    f.kill_scheduler();
    f.wait_for_rows(two_cities, f.rows_committed(two_cities)); // the workers go on
    f.start_scheduler();
    f.wait_for(rollout);
    expect_equal(f, two_cities);
}

TEST(fleet, a_flushed_redis_loses_nothing)
{
    fleet f("flush");
    const auto rollout = start_and_copy_some(f);
    f.redis().command("FLUSHALL");
    f.wait_for(rollout);
    expect_equal(f, two_cities);
}

TEST(fleet, a_killed_redis_loses_nothing)
{
    fleet f("redis");
    const auto rollout = start_and_copy_some(f);
    f.redis().kill9();
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    f.redis().start();
    f.wait_for(rollout);
    expect_equal(f, two_cities);
}

/// The queue is read from the control database, and opened seconds later: what ends in between, and where the workers
/// tell it, must not be lost until somebody compares the two.
constexpr auto slow_to_open = R"(
    CREATE FUNCTION tropeiro.open_late() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_sleep(6); RETURN NEW; END $$;
    CREATE TRIGGER open_late BEFORE UPDATE ON tropeiro.queue_epoch FOR EACH ROW
        WHEN (NEW.epoch <> OLD.epoch) EXECUTE FUNCTION tropeiro.open_late())";

TEST(fleet, jobs_that_end_while_the_queue_is_loaded_anew_are_not_forgotten)
{
    fleet f("reload");
    const auto rollout = start_and_copy_some(f);
    f.in_source(slow_to_open);
    {
        // What runs now ends in three seconds: when the queue has been read, and before it is open.
        std::vector<std::future<std::string>> locks;
        for (const auto& city : two_cities)
            locks.push_back(std::async(std::launch::async, [&f, city] {
                return f.in_city(city, "BEGIN; LOCK TABLE tropeiro.copy_ledger IN EXCLUSIVE MODE; SELECT "
                                       "pg_sleep(3); COMMIT");
            }));
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        f.redis().command("FLUSHALL");
        for (auto& lock : locks)
            lock.get();
    }
    f.wait_for(rollout);
    expect_equal(f, two_cities);
    const auto said = f.scheduler().err();
    EXPECT_NE(said.find("reason=\"Redis lost its data\""), std::string::npos) << said;
    EXPECT_EQ(said.find("did not agree"), std::string::npos) << said;
    const auto in_between = f.in_source("SELECT count(*) FROM tropeiro.job, tropeiro.queue_epoch WHERE "
                                        "finished_at BETWEEN changed_at AND changed_at + interval '6 s'");
    EXPECT_GT(std::stoi(in_between), 0) << "nothing ended while the queue was loaded: no test";
}

TEST(fleet, a_restarted_target_loses_nothing)
{
    fleet f("target");
    const auto rollout = start_and_copy_some(f);
    servers().target.stop(true); // as a crash: with fsync off it is a clean one, the test stops no machine
    servers().target.start();
    f.wait_for(rollout);
    expect_equal(f, two_cities);
}

TEST(fleet, a_restarted_source_with_the_control_database_loses_nothing)
{
    fleet f("source");
    const auto rollout = start_and_copy_some(f);
    servers().source.stop(true);
    servers().source.start();
    f.wait_for(rollout);
    expect_equal(f, two_cities);
    EXPECT_NE(f.in_source("SELECT max(epoch) FROM tropeiro.snapshot_epoch"), "1")
        << "the first snapshot was lost";
    std::map<std::int64_t, std::int64_t> filled; // tables by epoch, as the cities say
    for (const auto& city : two_cities) {
        const auto epochs = f.in_city(city, "SELECT string_agg(epoch::text, ',') FROM tropeiro.table_ledger");
        for (const auto& epoch : text::split_list(epochs))
            ++filled[std::stoll(epoch)];
    }
    std::map<std::int64_t, std::int64_t> told;
    const auto shown = f.ask({"rollout", "status", std::to_string(rollout)});
    for (const auto& moment : shown.at("moments").as_array())
        told[moment.at("epoch").to_number<std::int64_t>()] = moment.at("tables").to_number<std::int64_t>();
    if (filled.size() == 1) filled.clear(); // one moment is not worth a word
    EXPECT_EQ(told, filled) << boost::json::serialize(shown.at("moments"));
}

TEST(fleet, a_target_that_is_away_for_half_a_minute_is_waited_for)
{
    fleet f("away");
    const auto rollout = start_and_copy_some(f);
    servers().target.stop(true);
    std::this_thread::sleep_for(std::chrono::seconds(30));
    EXPECT_EQ(f.state(rollout), "running") << "nothing is given up meanwhile";
    servers().target.start();
    f.wait_for(rollout);
    expect_equal(f, two_cities);
}

/// Parts of recife in the middle of their copy - some batches are there, others are to come - with their fences.
std::map<std::string, std::int64_t> parts_under_way(fleet& f)
{
    const auto lines = f.in_city("recife", "SELECT table_name || ' ' || part || '=' || fence FROM "
                                           "tropeiro.copy_ledger WHERE rows > 0 AND NOT done");
    std::map<std::string, std::int64_t> fences;
    for (const auto& line : text::split_list(lines, '\n')) {
        const auto at = line.find('=');
        fences[line.substr(0, at)] = std::stoll(line.substr(at + 1));
    }
    return fences;
}

std::int64_t fence_of(fleet& f, const std::string& part)
{
    return std::stoll(f.in_city(
        "recife", "SELECT fence FROM tropeiro.copy_ledger WHERE table_name || ' ' || part = '" + part + "'"));
}

/// Puts the only worker to sleep in the middle of a copy, and tells which parts it holds. Another try when it was
/// between two parts.
std::map<std::string, std::int64_t> put_to_sleep_while_copying(fleet& f, child_process& worker)
{
    for (int tries = 0; tries < 100; ++tries) {
        worker.signal(SIGSTOP);
        std::this_thread::sleep_for(std::chrono::milliseconds(200)); // what it has sent is carried out
        auto held = parts_under_way(f);
        if (!held.empty()) return held;
        worker.signal(SIGCONT);
        std::this_thread::sleep_for(std::chrono::milliseconds(50 + 7 * tries));
    }
    throw std::runtime_error("the worker was never met in the middle of a copy");
}

TEST(fleet, a_worker_that_slept_through_its_lease_commits_nothing)
{
    fleet_options options;
    options.batch_rows = 20; // a part is many batches: most of the time some are there and others are not
    fleet f("zombie", options);
    f.start_scheduler();
    auto& sleeper = f.add_worker();
    const auto rollout = f.start_rollout("recife");
    f.wait_for_rows({"recife"}, 100);
    const auto held = put_to_sleep_while_copying(f, sleeper);
    ASSERT_EQ(f.state(rollout), "running");
    f.add_worker();
    f.wait_for(rollout); // the other one has finished its jobs, too
    std::map<std::string, std::int64_t> newer;
    for (const auto& [part, fence] : held) {
        newer[part] = fence_of(f, part);
        EXPECT_GT(newer[part], fence) << part << ": the sleeper was not overtaken";
    }
    sleeper.signal(SIGCONT);
    std::this_thread::sleep_for(
        std::chrono::seconds(3)); // whatever it still meant to do, it has tried by now
    for (const auto& [part, fence] : newer)
        EXPECT_EQ(fence_of(f, part), fence) << part;
    EXPECT_EQ(f.rows_present("recife"), f.rows_committed({"recife"}));
    expect_equal(f, {"recife"});
    EXPECT_TRUE(sleeper.running());
}

TEST(fleet, a_worker_that_is_asked_to_leave_gives_its_jobs_back_at_once)
{
    fleet f("term");
    f.start_scheduler();
    auto& leaver = f.add_worker(std::chrono::seconds(300)); // a lost lease would take five minutes
    const auto rollout = f.start_rollout("recife");
    f.wait_for_rows({"recife"}, 500);
    EXPECT_EQ(f.ask({"worker", "list"}).at("items").as_array().size(), 1U);
    leaver.signal(SIGTERM);
    EXPECT_EQ(leaver.wait(std::chrono::seconds(20)), 0) << leaver.err();
    EXPECT_TRUE(f.ask({"worker", "list"}).at("items").as_array().empty()) << "it has left";
    f.add_worker();
    f.wait_for(rollout, "done", std::chrono::seconds(240));
    expect_equal(f, {"recife"});
}

TEST(fleet, a_worker_that_leaves_while_redis_is_away_records_the_end_of_each_job)
{
    fleet f("away");
    f.start_scheduler();
    auto& leaver = f.add_worker(std::chrono::seconds(60));
    const auto rollout = f.start_rollout("recife,salvador");
    f.wait_for_rows(two_cities, 500);
    f.redis().kill9();
    leaver.signal(SIGTERM);
    EXPECT_EQ(leaver.wait(std::chrono::seconds(60)), 0) << leaver.err();
    EXPECT_EQ(f.in_source("SELECT string_agg(label, ', ') FROM tropeiro.job WHERE state = 'running'"), "")
        << leaver.err();
    f.redis().start();
    f.add_worker();
    f.wait_for(rollout);
    expect_equal(f, two_cities);
}

TEST(fleet, workers_come_and_go_while_it_runs)
{
    fleet f("scale");
    f.start_scheduler();
    f.add_worker();
    f.add_worker();
    const auto rollout = f.start_rollout("recife,salvador,serra-talhada");
    f.wait_for_rows(two_cities, 500);
    for (int i = 0; i < 4; ++i)
        f.add_worker();
    f.wait_for_rows(two_cities, f.rows_committed(two_cities) + 1000);
    auto leaver = f.workers().begin();
    for (int i = 0; i < 3; ++i, ++leaver)
        leaver->signal(SIGTERM);
    f.wait_for(rollout);
    expect_equal(f, {"recife", "salvador", "serra-talhada"});
}

} // namespace
} // namespace tropeiro::test

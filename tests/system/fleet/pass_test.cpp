// Several cities out of one reading of the source.
#include "shared/base/text.hpp"
#include "tests/system/fleet/fleet.hpp"

#include <gtest/gtest.h>

#include <random>
#include <thread>

namespace tropeiro::test {
namespace {

constexpr std::int64_t batch = 500;
const std::vector<std::string> cities{"recife", "salvador", "fortaleza", "rio-de-janeiro", "brasilia"};

/// Of five cities each part is five jobs.
fleet_options of_larger_parts()
{
    fleet_options options;
    options.part_bytes = "256kB";
    return options;
}

void expect_equal(fleet& f)
{
    for (const auto& city : cities)
        EXPECT_EQ(f.differences(city), "") << city;
}

TEST(passes, five_cities_are_read_once_by_one_worker_at_a_time)
{
    fleet f("pass", of_larger_parts());
    f.start_scheduler();
    f.add_worker(std::chrono::seconds(10));
    f.add_worker(std::chrono::seconds(10));
    const auto rollout = f.start_rollout(text::join(cities, ","));
    f.wait_for(rollout);
    expect_equal(f);
    const auto of_all = std::stoi(f.in_source("SELECT count(*) FROM (SELECT FROM tropeiro.job WHERE pass > 0 "
                                              "GROUP BY pass HAVING count(*) = 5) p"));
    EXPECT_GT(of_all, 10) << "passes of all five cities";
    EXPECT_EQ(f.in_source("SELECT count(*) FROM tropeiro.job WHERE kind = 'copy' AND pass = 0"), "0");
    const auto apart = std::stoi(f.in_source(
        "SELECT count(*) FROM (SELECT FROM tropeiro.job WHERE pass > 0 GROUP BY pass"
        " HAVING count(DISTINCT owner) > 1 OR max(started_at) - min(started_at) > interval '2 s') p"));
    EXPECT_LE(apart, of_all / 10) << "passes whose members were not done together";
}

TEST(passes, killed_workers_lose_a_batch_of_each_city_at_most)
{
    fleet f("passkill", of_larger_parts());
    f.start_scheduler();
    f.add_worker();
    f.add_worker();
    const auto rollout = f.start_rollout(text::join(cities, ","));
    std::mt19937 random(20260302);
    f.wait_for_rows(cities, 0);
    int kills = 0;
    for (; kills < 5 && f.state(rollout) == "running"; ++kills) {
        std::this_thread::sleep_for(std::chrono::milliseconds(300 + random() % 900));
        f.kill_worker(f.workers().front());
        f.add_worker();
    }
    EXPECT_GE(kills, 3) << "the rollout was over too soon to be a test";
    f.wait_for(rollout);
    expect_equal(f);
    std::int64_t again = 0;
    for (const auto& city : cities)
        again += f.rows_inserted(city) - f.rows_present(city);
    EXPECT_LE(again, kills * 2 * batch * static_cast<std::int64_t>(cities.size())) << "rows sent again";
}

} // namespace
} // namespace tropeiro::test

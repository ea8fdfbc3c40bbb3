// Rows that the cities' databases refuse, under workers that die.
#include "shared/base/text.hpp"
#include "tests/system/fleet/fleet.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

namespace tropeiro::test {
namespace {

const std::vector<std::string> cities{"recife", "salvador", "fortaleza"};
const std::vector<std::string> strict_tables{"employee_timeclock", "notifications"};
constexpr auto refused = "id % 97 = 0";

/// Empty cities, whose tables are stricter than the source's.
void make_strict_cities(fleet& f)
{
    const auto made =
        f.ask({"rollout", "start", "--tenants", text::join(cities, ","), "--rows", "none", "--detach"});
    f.wait_for(made.at("rollout").at("id").to_number<std::int64_t>());
    for (const auto& city : cities)
        for (const auto& table : strict_tables)
            f.in_city(city,
                      fmt::format("ALTER TABLE {} ADD CONSTRAINT stricter CHECK (NOT ({}))", table, refused));
}

/// Every row is in the table or in quarantine, once.
void expect_whole(fleet& f, const std::string& city, const std::string& table)
{
    SCOPED_TRACE(city + "." + table);
    const auto sum =
        "SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') "
        "FROM {} t WHERE {}";
    const auto of_city = fmt::format("city_id = (SELECT id FROM cities WHERE slug = '{}')", city);
    const auto sent =
        f.in_source(fmt::format(fmt::runtime(sum), table, fmt::format("{} AND NOT ({})", of_city, refused)));
    const auto there = f.in_city(city, fmt::format(fmt::runtime(sum), table, "true"));
    EXPECT_EQ(there, sent);
    const auto bad = f.in_source(fmt::format(
        "SELECT string_agg(id::text, ',' ORDER BY id) FROM {} WHERE {} AND {}", table, of_city, refused));
    const auto kept =
        f.in_city(city, fmt::format("SELECT string_agg(key ->> 'id', ',' ORDER BY (key ->> 'id')::bigint) "
                                    "FROM tropeiro.quarantined_row WHERE table_name = '{}'",
                                    table));
    EXPECT_FALSE(bad.empty());
    EXPECT_EQ(kept, bad);
}

TEST(quarantine, each_refused_row_is_there_once_whatever_is_killed_and_nobody_calls_it_complete)
{
    fleet f("quarantine");
    f.start_scheduler();
    f.add_worker();
    f.add_worker();
    make_strict_cities(f);
    const auto answer = f.ask(
        {"rollout", "start", "--tenants", text::join(cities, ","), "--on-bad-row", "quarantine", "--detach"});
    const auto rollout = answer.at("rollout").at("id").to_number<std::int64_t>();
    std::mt19937 random(20260401);
    f.wait_for_rows(cities, 0);
    int kills = 0;
    for (; kills < 6 && f.state(rollout) == "running"; ++kills) {
        std::this_thread::sleep_for(std::chrono::milliseconds(300 + random() % 1200));
        f.kill_worker(f.workers().front());
        f.add_worker();
    }
    EXPECT_GE(kills, 3) << "the rollout was over too soon to be a test";
    f.wait_for(rollout);
    for (const auto& city : cities)
        for (const auto& table : strict_tables)
            expect_whole(f, city, table);
    const auto status = f.ask({"rollout", "status", std::to_string(rollout)});
    EXPECT_EQ(status.at("quarantined").as_array().size(), cities.size() * strict_tables.size());
    const auto ended = f.cli({"rollout", "watch", std::to_string(rollout)});
    EXPECT_EQ(ended.exit, 3) << ended.out << ended.err;
    EXPECT_NE(ended.err.find("quarantined in recife.notifications: see tropeiro.quarantined_row"),
              std::string::npos)
        << ended.err;
    const auto verified = f.cli({"data", "verify", "--tenants", "recife"});
    EXPECT_EQ(verified.exit, 0) << said(verified); // what was sent stands there
    EXPECT_NE(verified.out.find("rows were refused and stand in tropeiro.quarantined_row"), std::string::npos)
        << said(verified);
}

TEST(quarantine, by_default_the_first_refused_row_ends_its_job_at_once_with_its_name)
{
    fleet f("refused");
    f.start_scheduler();
    f.add_worker();
    make_strict_cities(f);
    const auto rollout = f.start_rollout(text::join(cities, ","));
    f.wait_for(rollout, "failed");
    const auto jobs =
        f.cli({"job", "list", "--rollout", std::to_string(rollout), "--state", "dead", "--json"}).out;
    EXPECT_NE(jobs.find("table notifications: the row with id = "), std::string::npos) << jobs;
    EXPECT_NE(jobs.find("--on-bad-row quarantine"), std::string::npos) << jobs;
    const auto dead = boost::json::parse(jobs);
    for (const auto& job : dead.at("items").as_array())
        EXPECT_EQ(job.at("attempts").to_number<int>(), 1) << job;
}

} // namespace
} // namespace tropeiro::test

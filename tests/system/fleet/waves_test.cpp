// Waves and the failure budget, by the real programs.
#include "shared/base/text.hpp"
#include "tests/system/fleet/fleet.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::test {
namespace {

using testing::HasSubstr;

constexpr auto in_order =
    "SELECT coalesce(bool_and(a.finished_at <= b.started_at), false) FROM tropeiro.job a "
    "JOIN tropeiro.job b ON b.wave = a.wave + 1";

TEST(waves, go_one_after_the_other_though_the_scheduler_is_killed_and_redis_flushed)
{
    fleet f("waves");
    f.start_scheduler();
    f.add_worker();
    const auto answer = f.ask({"rollout", "start", "--tenants", "recife,salvador,fortaleza", "--canary",
                               "salvador", "--waves", "1", "--detach"});
    const auto rollout = answer.at("rollout").at("id").to_number<std::int64_t>();
    EXPECT_EQ(answer.at("plan").at("waves").to_number<int>(), 3);
    f.wait_for_rows({"salvador"}, 100);
    f.kill_scheduler();
    f.redis().command("FLUSHALL");
    f.start_scheduler();
    f.wait_for(rollout);
    EXPECT_EQ(f.in_source(in_order), "t");
    EXPECT_EQ(f.in_source("SELECT city FROM tropeiro.job WHERE wave = 1 LIMIT 1"), "salvador");
    for (const auto* city : {"recife", "salvador", "fortaleza"})
        EXPECT_EQ(f.differences(city), "");
}

TEST(failure_budget, that_is_spent_pauses_the_rollout_and_the_follower_ends_with_exit_code_7)
{
    fleet f("budget");
    f.start_scheduler();
    const auto answer =
        f.ask({"rollout", "start", "--tenants", "recife,salvador", "--max-failures", "0", "--detach"});
    const auto rollout = std::to_string(answer.at("rollout").at("id").to_number<std::int64_t>());
    f.in_source("UPDATE tropeiro.job SET state = 'dead', error = 'disk full' WHERE kind = 'create_database' "
                "AND city = "
                "'recife'");
    const auto watched = f.cli({"rollout", "watch", rollout});
    EXPECT_EQ(watched.exit, 7) << said(watched);
    EXPECT_THAT(said(watched), HasSubstr("1 city failed, --max-failures 0"));
    const auto refused = f.cli({"rollout", "resume", rollout});
    EXPECT_EQ(refused.exit, 5) << said(refused);
    const auto resumed = f.cli({"rollout", "resume", rollout, "--max-failures", "1"});
    EXPECT_EQ(resumed.exit, 0) << said(resumed);
    f.add_worker();
    f.wait_for(std::stoll(rollout), "failed");
    EXPECT_EQ(f.differences("salvador"), "");
}

} // namespace
} // namespace tropeiro::test

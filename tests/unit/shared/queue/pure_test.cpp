// What the queue decides without Redis: names, retries, leases, reasons.
#include "shared/queue/keys.hpp"
#include "shared/queue/lease.hpp"
#include "shared/queue/queue.hpp"
#include "shared/queue/retry_policy.hpp"
#include "shared/queue/why.hpp"
#include "shared/queue/words.hpp"

#include <gtest/gtest.h>

using namespace tropeiro;
using namespace std::chrono_literals;

TEST(queue_keys, an_epoch_is_found_again_in_its_keys)
{
    EXPECT_EQ(queue::keys::prefix(7), "{tropeiro}:e7:");
    EXPECT_EQ(queue::keys::epoch_of(queue::keys::wake(12)), 12);
    EXPECT_EQ(queue::keys::epoch_of(queue::keys::events(3)), 3);
}

TEST(queue_keys, foreign_keys_have_no_epoch)
{
    for (const auto* key :
         {"", "{tropeiro}:", "{tropeiro}:e", "{tropeiro}:e:", "{tropeiro}:e7", "{tropeiro}:e7x:j", "e7:j"})
        EXPECT_FALSE(queue::keys::epoch_of(key)) << key;
}

TEST(queue_lane, names_the_resources_of_both_ends)
{
    EXPECT_EQ(queue::lane_name("db1", "neon-7"), "s:db1|t:neon-7");
    EXPECT_EQ(queue::lane_name("", "neon-7"), "t:neon-7");
    EXPECT_EQ(queue::lane_name("db1", ""), "s:db1");
    EXPECT_EQ(queue::lane_name("a|b", "c"), "s:a_b|t:c");
}

TEST(queue_retry, the_delay_grows_with_each_try_up_to_the_cap)
{
    const queue::retry_policy policy{.base = 1000ms, .cap = 10'000ms};
    const double nearly_one = 0.999999;
    EXPECT_LE(policy.delay(1, nearly_one), 1000ms);
    EXPECT_GT(policy.delay(1, nearly_one), 900ms);
    EXPECT_GT(policy.delay(3, nearly_one), 3900ms);
    EXPECT_LE(policy.delay(40, nearly_one), 10'000ms);
    EXPECT_GT(policy.delay(40, nearly_one), 9000ms);
    EXPECT_EQ(policy.delay(3, 0.0), 2000ms) << "half of it is waited in any case";
}

TEST(queue_retry, the_usual_tries_outlive_a_server_that_is_away_for_a_minute_and_a_half)
{
    const queue::retry_policy policy;
    milliseconds sum{0};
    for (int tries = 1; tries < queue::default_tries; ++tries)
        sum += policy.delay(tries, 0.0);
    EXPECT_GT(sum, 90s);
}

TEST(queue_lease, a_worker_gives_a_lease_up_before_the_server_does)
{
    EXPECT_FALSE(queue::beat_due(4999ms));
    EXPECT_TRUE(queue::beat_due(queue::beat_interval));
    EXPECT_FALSE(queue::lease_lost(20s));
    EXPECT_TRUE(queue::lease_lost(25s));
    EXPECT_LT(25s, queue::lease_time);
}

namespace {

queue::job_facts ready_facts()
{
    queue::job_facts facts;
    facts.state = "ready";
    facts.open = true;
    facts.workers = 2;
    return facts;
}

} // namespace

TEST(queue_why, a_waiting_job_counts_its_dependencies)
{
    queue::job_facts facts;
    facts.state = "wait";
    facts.open_dependencies = 1;
    EXPECT_EQ(queue::reason(facts), "waits for 1 job");
    facts.open_dependencies = 1200;
    EXPECT_EQ(queue::reason(facts), "waits for 1,200 jobs");
}

TEST(queue_why, a_job_of_a_rollout_that_is_still_loading_says_so)
{
    queue::job_facts facts;
    facts.state = "wait";
    facts.sealed = false;
    EXPECT_EQ(queue::reason(facts), "its rollout is still being loaded");
}

TEST(queue_why, a_reached_limit_names_the_resource_and_who_holds_it)
{
    auto facts = ready_facts();
    facts.blocked.push_back({"t:neon-7", 2, 2, {model::job_id(17), model::job_id(18)}});
    EXPECT_EQ(queue::reason(facts), "t:neon-7 has 2 of 2 slots in use, by jobs 17, 18");
    facts.blocked.front() = {"t:neon-7", 0, 0, {}};
    EXPECT_EQ(queue::reason(facts), "t:neon-7 is stopped: its limit is 0");
}

TEST(queue_why, a_stopped_queue_hides_every_other_reason)
{
    auto facts = ready_facts();
    facts.open = false;
    facts.workers = 0;
    EXPECT_NE(queue::reason(facts).find("claiming is stopped"), std::string::npos);
}

TEST(queue_why, workers_and_turns_come_last)
{
    auto facts = ready_facts();
    facts.workers = 0;
    EXPECT_EQ(queue::reason(facts), "no worker is alive");
    facts.workers = 1;
    facts.ahead = 3;
    EXPECT_EQ(queue::reason(facts), "3 jobs of the same city go first");
    facts.ahead = 0;
    EXPECT_NE(queue::reason(facts).find("waits for its turn"), std::string::npos);
}

TEST(queue_why, delayed_dead_and_active_jobs_tell_their_story)
{
    queue::job_facts facts;
    facts.tries = 2;
    facts.max_tries = 5;
    facts.signature = "23505";
    facts.state = "delay";
    facts.due = 95s;
    EXPECT_EQ(queue::reason(facts), "comes back in 1m35s, after failed try 2 of 5 (23505)");
    facts.state = "dead";
    EXPECT_EQ(queue::reason(facts), "dead after 2 of 5 tries (23505)");
    facts.signature = "poison";
    facts.recoveries = 6;
    EXPECT_EQ(queue::reason(facts), "dead: its workers died 6 times (poison)");
    facts.state = "active";
    facts.owner = "w1";
    facts.attempt = 9;
    EXPECT_EQ(queue::reason(facts), "runs: worker w1 has it as claim 9");
}

TEST(queue_words, an_item_lists_its_fields_and_its_dependencies)
{
    queue::enqueue_item item;
    item.id = model::job_id(5);
    item.run = model::rollout_id(2);
    item.kind = "copy";
    item.city = "olinda";
    item.lane = "s:a|t:b";
    item.score = 1.5;
    item.depends_on = {model::job_id(3), model::job_id(4)};
    item.attempt_floor = 8;
    item.pass = 7;
    queue::words::list words;
    queue::words::append(words, item);
    const queue::words::list expected{"5", "2", "copy", "olinda", "s:a|t:b", "-1.5", "8",
                                      "8", "0", "7",    "2",      "3",       "4"};
    EXPECT_EQ(words, expected);
}

TEST(queue_words, a_job_that_cannot_be_queued_is_refused_by_its_number)
{
    queue::enqueue_item item;
    item.id = model::job_id(5);
    item.run = model::rollout_id(2);
    item.kind = "copy";
    queue::words::list words;
    item.city = "";
    EXPECT_THROW(queue::words::append(words, item), failure);
    item.city = std::string(65, 'x');
    EXPECT_THROW(queue::words::append(words, item), failure);
    item.city = "x";
    item.id = model::job_id(0);
    EXPECT_THROW(queue::words::append(words, item), failure);
}

TEST(queue_words, progress_survives_its_text)
{
    const auto progress = queue::words::progress_from(queue::words::to_text({123, 1LL << 40}));
    EXPECT_EQ(progress.rows, 123);
    EXPECT_EQ(progress.bytes, 1LL << 40);
    EXPECT_EQ(queue::words::progress_from("").rows, 0);
}

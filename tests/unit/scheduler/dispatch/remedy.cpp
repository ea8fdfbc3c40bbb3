#include "scheduler/dispatch/remedy.hpp"

#include <gtest/gtest.h>

namespace tropeiro::scheduler::dispatch {
namespace {

using model::job_state;
using model::rollout_state;

store::job_standing control(job_state state, int attempts = 1, bool free = false)
{
    store::job_standing job;
    job.id = model::job_id(1);
    job.state = state;
    job.attempts = attempts;
    job.free = free;
    return job;
}

std::optional<queue_standing> redis(std::string state) { return queue_standing{std::move(state), 3}; }

remedy running(const store::job_standing& job, const std::optional<queue_standing>& standing)
{
    return decide(job, standing, rollout_state::running);
}

TEST(remedy, what_redis_does_not_know_and_is_left_to_do_goes_back_in)
{
    EXPECT_EQ(running(control(job_state::wait), std::nullopt), remedy::enqueue);
    EXPECT_EQ(running(control(job_state::running), std::nullopt), remedy::enqueue);
}

TEST(remedy, what_is_over_need_not_be_known)
{
    for (const auto state : {job_state::done, job_state::dead, job_state::cancelled})
        EXPECT_EQ(running(control(state), std::nullopt), remedy::none);
}

TEST(remedy, work_under_way_is_left_alone)
{
    for (const auto* state : {"ready", "delay", "active", "paused"}) {
        EXPECT_EQ(running(control(job_state::wait), redis(state)), remedy::none) << state;
        EXPECT_EQ(running(control(job_state::running), redis(state)), remedy::none) << state;
    }
    EXPECT_EQ(running(control(job_state::wait), redis("wait")), remedy::none);
}

TEST(remedy, a_worker_that_died_between_its_two_reports_is_finished_for)
{
    EXPECT_EQ(running(control(job_state::done), redis("active")), remedy::complete);
    EXPECT_EQ(running(control(job_state::running), redis("dead")), remedy::bury);
    EXPECT_EQ(running(control(job_state::wait, 5), redis("dead")), remedy::bury);
}

TEST(remedy, a_job_with_a_clean_record_that_redis_holds_for_dead_was_retried_by_the_operator)
{
    EXPECT_EQ(running(control(job_state::wait, 0), redis("dead")), remedy::redo);
}

TEST(remedy, a_done_job_that_redis_holds_for_dead_must_release_its_dependents)
{
    EXPECT_EQ(running(control(job_state::done), redis("dead")), remedy::redo);
}

TEST(remedy, a_finished_job_that_still_waits_or_is_undone_is_watched)
{
    EXPECT_EQ(running(control(job_state::done), redis("wait")), remedy::watch);
    EXPECT_EQ(running(control(job_state::wait), redis("done")), remedy::watch);
    EXPECT_EQ(running(control(job_state::running), redis("done")), remedy::watch);
    EXPECT_EQ(running(control(job_state::running), redis("wait")), remedy::watch);
    EXPECT_EQ(running(control(job_state::wait, 0, true), redis("wait")), remedy::watch);
}

TEST(remedy, cancelled_in_redis_is_right_only_when_the_rollout_was_cancelled)
{
    EXPECT_EQ(running(control(job_state::running), redis("cancelled")), remedy::watch);
    EXPECT_EQ(decide(control(job_state::running), redis("cancelled"), rollout_state::cancelled),
              remedy::cancel);
}

TEST(remedy, what_is_dead_or_cancelled_must_not_run)
{
    EXPECT_EQ(running(control(job_state::dead), redis("active")), remedy::stop);
    EXPECT_EQ(running(control(job_state::cancelled), redis("active")), remedy::stop);
    EXPECT_EQ(running(control(job_state::dead), redis("dead")), remedy::none);
}

} // namespace
} // namespace tropeiro::scheduler::dispatch

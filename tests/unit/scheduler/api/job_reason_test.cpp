#include "scheduler/api/job_reason.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::api {
namespace {

using model::job_state;
using model::rollout_state;
using testing::HasSubstr;

store::job_record job(std::int64_t id, job_state state)
{
    store::job_record out;
    out.id = model::job_id(id);
    out.label = "copy students";
    out.state = state;
    return out;
}

store::rollout_record rollout(rollout_state asked)
{
    store::rollout_record out;
    out.id = model::rollout_id(7);
    out.asked = asked;
    return out;
}

} // namespace

TEST(job_reason, a_dependency_goes_before_a_pause)
{
    const auto waiting = job(9, job_state::wait);
    const auto paused = rollout(rollout_state::paused);
    EXPECT_THAT(reason_from_records(waiting, paused, {job(3, job_state::running)}),
                HasSubstr("waits for job 3 (copy students)"));
    EXPECT_THAT(reason_from_records(waiting, paused, {}), HasSubstr("tropeiro rollout resume 7"));
}

TEST(job_reason, a_dead_dependency_is_named_with_the_way_out)
{
    const auto reason = reason_from_records(job(9, job_state::wait), rollout(rollout_state::running),
                                            {job(3, job_state::wait), job(4, job_state::dead)});
    EXPECT_THAT(reason, HasSubstr("needs job 4"));
    EXPECT_THAT(reason, HasSubstr("tropeiro job retry 4"));
}

TEST(job_reason, many_dependencies_are_counted)
{
    std::vector<store::job_record> open;
    for (int i = 1; i <= 8; ++i)
        open.push_back(job(i, job_state::wait));
    EXPECT_THAT(reason_from_records(job(9, job_state::wait), rollout(rollout_state::running), open),
                HasSubstr("and 5 more"));
}

TEST(job_reason, a_dead_job_tells_its_error)
{
    auto dead = job(9, job_state::dead);
    dead.attempts = 5;
    dead.error = "disk full";
    EXPECT_EQ(reason_from_records(dead, rollout(rollout_state::running), {}),
              "it is dead after 5 failures: disk full");
}

TEST(job_reason, the_queue_is_asked_only_when_it_can_know_more)
{
    const auto running = rollout(rollout_state::running);
    EXPECT_FALSE(settled_by_records(job(9, job_state::wait), running, {}));
    EXPECT_FALSE(settled_by_records(job(9, job_state::running), running, {}));
    EXPECT_TRUE(settled_by_records(job(9, job_state::done), running, {}));
    EXPECT_TRUE(settled_by_records(job(9, job_state::wait), rollout(rollout_state::paused), {}));
    EXPECT_TRUE(settled_by_records(job(9, job_state::wait), running, {job(3, job_state::wait)}));
}

} // namespace tropeiro::scheduler::api

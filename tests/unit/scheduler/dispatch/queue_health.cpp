#include "scheduler/dispatch/queue_health.hpp"

#include "scheduler/dispatch/limits_in_force.hpp"
#include "scheduler/dispatch/loader.hpp"
#include "scheduler/dispatch/outage.hpp"

#include <boost/asio/error.hpp>
#include <gtest/gtest.h>

#include <thread>

namespace tropeiro::scheduler::dispatch {
namespace {

const store::queue_epoch row{7, "run-a"};

queue::queue_meta meta(bool open, std::string run)
{
    queue::queue_meta m;
    m.open = open;
    m.run_id = std::move(run);
    return m;
}

TEST(queue_health, the_loaded_server_with_its_data_is_healthy)
{
    EXPECT_FALSE(reason_to_rebuild(row, meta(true, "run-a"), "run-a"));
}

TEST(queue_health, nothing_was_ever_loaded)
{
    EXPECT_TRUE(reason_to_rebuild(store::queue_epoch(), meta(false, ""), "run-a"));
}

TEST(queue_health, a_restarted_server_is_another_one_even_with_its_old_data)
{
    EXPECT_EQ(reason_to_rebuild(row, meta(true, "run-a"), "run-b"), "Redis was restarted or replaced");
}

TEST(queue_health, a_flushed_server_lost_its_data)
{
    EXPECT_EQ(reason_to_rebuild(row, meta(false, ""), "run-a"), "Redis lost its data");
}

TEST(queue_health, a_queue_left_closed_was_left_by_a_leader_that_died)
{
    EXPECT_TRUE(reason_to_rebuild(row, meta(false, "run-a"), "run-a"));
}

TEST(limits, the_operators_word_stands_above_the_workspaces)
{
    config::limits_section workspace;
    workspace.per_server = 8;
    workspace.resources["t:a:5432"] = 4;
    workspace.resources["t:b:5432"] = 5;
    const store::limits by_operator{{"t:a:5432", 0}, {"s:x:5432", 2}};
    const limits_by_resource expected{{"*", {8, "workspace"}},
                                      {"t:a:5432", {0, "operator"}},
                                      {"t:b:5432", {5, "workspace"}},
                                      {"s:x:5432", {2, "operator"}}};
    EXPECT_EQ(limits_in_force(workspace, by_operator, {}), expected);
}

TEST(limits, what_passes_leave_room_for_counts_where_nobody_named_the_server)
{
    config::limits_section workspace;
    workspace.per_server = 8;
    workspace.resources["t:a:5432"] = 12;
    const store::limits by_operator{{"t:b:5432", 2}};
    const store::limits planned{{"t:a:5432", 4}, {"t:b:5432", 4}, {"t:c:5432", 4}, {"t:d:5432", 15}};
    const limits_by_resource expected{{"*", {8, "workspace"}},
                                      {"t:a:5432", {12, "workspace"}},
                                      {"t:b:5432", {2, "operator"}},
                                      {"t:c:5432", {4, "plan"}}};
    EXPECT_EQ(limits_in_force(workspace, by_operator, planned), expected);
    const store::limits paused{{"t:*", 0}};
    const limits_by_resource all_paused{
        {"*", {8, "workspace"}}, {"t:*", {0, "operator"}}, {"t:a:5432", {12, "workspace"}}};
    EXPECT_EQ(limits_in_force(workspace, paused, planned), all_paused);
}

TEST(limits, only_those_that_differ_are_changed_and_those_that_are_gone_are_cleared)
{
    const store::limits set{{"*", 8}, {"t:a:5432", 4}, {"t:b:5432", 5}};
    const limits_by_resource wanted{
        {"*", {8, "workspace"}}, {"t:a:5432", {0, "operator"}}, {"s:x:5432", {2, "operator"}}};
    const std::map<std::string, std::optional<std::int64_t>> expected{
        {"s:x:5432", 2}, {"t:a:5432", 0}, {"t:b:5432", std::nullopt}};
    EXPECT_EQ(limits_to_change(set, wanted), expected);
    const store::limits done{{"*", 8}, {"t:a:5432", 0}, {"s:x:5432", 2}};
    EXPECT_TRUE(limits_to_change(done, wanted).empty());
}

TEST(loader, a_job_takes_its_number_its_failures_and_what_it_waits_for_along)
{
    store::open_job job;
    job.id = model::job_id(12);
    job.rollout = model::rollout_id(3);
    job.kind = model::job_kind::foreign_keys;
    job.city = "recife";
    job.lane = "t:db:5432";
    job.score = 2.5;
    job.claim_seq = 4;
    job.attempts = 2;
    job.open_dependencies = {10, 11};
    const auto item = to_item(job, 3);
    EXPECT_EQ(item.kind, "foreign_keys");
    EXPECT_EQ(item.attempt_floor, 4);
    EXPECT_EQ(item.tries, 2);
    EXPECT_EQ(item.depends_on.size(), 2U);
}

TEST(outage, waits_longer_and_longer_up_to_a_bound_and_forgets_it_afterwards)
{
    outage trouble("dispatching", milliseconds(1000));
    const auto thrown = std::make_exception_ptr(failure(error_kind::unreachable, "Redis does not answer"));
    for (int i = 0; i < 20; ++i) {
        const auto wait = trouble.failed(thrown);
        EXPECT_GE(wait, milliseconds(50));
        EXPECT_LE(wait, milliseconds(1000));
    }
    EXPECT_TRUE(trouble.on());
    trouble.worked();
    EXPECT_FALSE(trouble.on());
}

TEST(outage, keeps_its_beginning_and_its_last_error)
{
    outage trouble("dispatching");
    trouble.failed(std::make_exception_ptr(failure(error_kind::unreachable, "no answer", "start it")));
    const auto began = trouble.since();
    std::this_thread::sleep_for(milliseconds(2));
    trouble.failed(std::make_exception_ptr(failure(error_kind::refused, "a pooler", "go around it")));
    EXPECT_EQ(trouble.since(), began);
    EXPECT_EQ(trouble.last().kind, error_kind::refused);
    EXPECT_EQ(trouble.last().message, "a pooler");
    EXPECT_EQ(trouble.last().hint, "go around it");
    trouble.worked();
    trouble.failed(std::make_exception_ptr(failure(error_kind::unreachable, "no answer")));
    EXPECT_GT(trouble.since(), began);
}

TEST(outage, a_cancellation_is_none)
{
    outage trouble("dispatching");
    const auto thrown =
        std::make_exception_ptr(boost::system::system_error(boost::asio::error::operation_aborted));
    EXPECT_THROW(trouble.failed(thrown), boost::system::system_error);
}

} // namespace
} // namespace tropeiro::scheduler::dispatch

#include "run.hpp"
#include "shared/base/error.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/rt/task_group.hpp"

#include <gtest/gtest.h>

#include <vector>

using namespace std::chrono_literals;

namespace tropeiro::rt {
namespace {

using names = std::vector<std::string>;

task<> sleeping(names& ended, std::string name, bool hears_soft = false)
{
    if (hears_soft) co_await accept_soft_stop();
    std::exception_ptr thrown;
    try {
        co_await sleep_for(1h);
    } catch (...) {
        thrown = std::current_exception();
    }
    ended.push_back(name);
    std::rethrow_exception(thrown);
}

task<> failing(std::string why)
{
    co_await sleep_for(1ms);
    throw failure(error_kind::failed, why);
}

task<> quick(names& ended, std::string name)
{
    co_await sleep_for(1ms);
    ended.push_back(name);
}

TEST(task_group, join_waits_for_all_and_for_those_spawned_meanwhile)
{
    names ended;
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        task_group group(executor);
        auto parent = [&]() -> task<> {
            co_await quick(ended, "parent");
            group.spawn(quick(ended, "child"));
        };
        group.spawn(parent());
        co_await group.join();
        EXPECT_TRUE(group.empty());
    };
    test::run(body());
    EXPECT_EQ(ended, (names{"parent", "child"}));
}

TEST(task_group, joining_an_empty_group_returns_at_once)
{
    auto body = []() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        task_group group(executor);
        co_await group.join();
    };
    test::run(body());
}

TEST(task_group, the_first_exception_cancels_the_siblings_and_is_thrown_by_join_once)
{
    names ended;
    std::string message;
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        task_group group(executor);
        group.spawn(sleeping(ended, "sibling"));
        group.spawn(failing("broken"));
        group.spawn(failing("broken too"));
        try {
            co_await group.join();
        } catch (const failure& f) {
            message = f.what();
        }
        co_await group.join();
    };
    test::run(body());
    EXPECT_EQ(message, "broken");
    EXPECT_EQ(ended, names{"sibling"});
}

TEST(task_group, with_a_handler_children_stand_alone)
{
    names ended;
    names reported;
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        auto note = [&](std::string_view child, std::exception_ptr) { reported.emplace_back(child); };
        task_group group(executor, note);
        group.spawn(failing("broken"), "session 1");
        group.spawn(quick(ended, "session 2"), "session 2");
        group.spawn(failing("broken"), "session 3");
        co_await group.join();
    };
    test::run(body());
    EXPECT_EQ(reported, (names{"session 1", "session 3"}));
    EXPECT_EQ(ended, names{"session 2"});
}

TEST(task_group, a_soft_stop_ends_only_those_who_listen_and_a_hard_one_the_rest)
{
    names ended;
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        task_group group(executor);
        group.spawn(sleeping(ended, "listens", true));
        group.spawn(sleeping(ended, "works on"));
        co_await sleep_for(1ms);
        group.cancel_all(soft);
        const bool all = co_await group.join_for(20ms);
        EXPECT_FALSE(all);
        EXPECT_EQ(ended, names{"listens"});
        group.cancel_all(hard);
        const bool now = co_await group.join_for(10s);
        EXPECT_TRUE(now);
    };
    test::run(body());
    EXPECT_EQ(ended, (names{"listens", "works on"}));
}

TEST(task_group, after_a_hard_cancel_a_new_child_is_dropped)
{
    names ended;
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        task_group group(executor);
        group.cancel_all(hard);
        group.spawn(quick(ended, "late"));
        co_await group.join();
    };
    test::run(body());
    EXPECT_TRUE(ended.empty());
}

TEST(task_group, a_child_cancelled_before_its_first_step_never_starts_to_wait)
{
    names ended;
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        task_group group(executor);
        group.spawn(quick(ended, "early"));
        group.cancel_all(hard);
        co_await group.join();
    };
    test::run(body());
    EXPECT_TRUE(ended.empty());
}

TEST(task_group, a_cancelled_joiner_cancels_its_children_and_sees_them_out)
{
    names ended;
    bool joined = false;
    auto owner = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        task_group inner(executor);
        inner.spawn(sleeping(ended, "grandchild"));
        co_await inner.join();
        joined = inner.empty();
    };
    auto body = [&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        task_group outer(executor);
        outer.spawn(owner());
        co_await sleep_for(1ms);
        outer.cancel_all(hard);
        co_await outer.join();
    };
    test::run(body());
    EXPECT_EQ(ended, names{"grandchild"});
    EXPECT_TRUE(joined);
}

TEST(task_group, run_cancels_the_children_of_a_body_that_throws_and_joins_them)
{
    names ended;
    std::string message;
    auto body = [&]() -> task<> {
        std::function<task<>(task_group&)> nursery = [&](task_group& group) -> task<> {
            group.spawn(sleeping(ended, "child"));
            co_await failing("the body broke");
        };
        try {
            co_await task_group::run(nursery);
        } catch (const failure& f) {
            message = f.what();
        }
    };
    test::run(body());
    EXPECT_EQ(message, "the body broke");
    EXPECT_EQ(ended, names{"child"});
}

} // namespace
} // namespace tropeiro::rt

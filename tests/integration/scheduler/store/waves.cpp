// The failure budget and the waves of a stored rollout, its jobs moved by hand.
#include "tests/integration/scheduler/store/stored_rollout.hpp"

namespace tropeiro::scheduler::store {
namespace {

const std::vector<std::string> four{"recife", "olinda", "caruaru", "bezerros"};

/// Four cities, a wave each way that `pace` says.
void with_pace(plan::pace how, std::function<task<>(pg::connection&, model::rollout_id)> body)
{
    const auto where = fresh_database("waves");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await test_plans::prepare_control(control, four);
        auto what = test_plans::plan_for(four);
        what.how_fast = how;
        std::vector<model::tenant> tenants;
        for (const auto& city : what.tenants)
            tenants.push_back(city.tenant);
        const auto waves = plan::waves_of(tenants, how);
        for (std::size_t i = 0; i < waves.size(); ++i)
            what.tenants[i].wave = waves[i];
        const store_options options;
        const auto id = co_await store_rollout(control, what, options);
        co_await body(control, id);
    });
}

/// All jobs of a city are done, or its first one is dead.
task<> end_city(pg::connection& control, std::string city, bool well)
{
    if (well)
        co_await control.query("UPDATE tropeiro.job SET state = 'done' WHERE city = $1", city);
    else
        co_await control.query("UPDATE tropeiro.job SET state = 'dead', error = 'disk full' WHERE id = "
                               "(SELECT min(id) FROM tropeiro.job WHERE city = $1)",
                               city);
}

task<std::size_t> loadable(pg::connection& control, model::rollout_id id)
{
    const auto jobs = co_await open_jobs(control, id, 0, 1000);
    co_return jobs.size();
}

TEST(failure_budget, one_city_too_many_pauses_the_rollout_with_its_reason)
{
    plan::pace how;
    how.max_failures = plan::failure_budget{25, true}; // one of four
    with_pace(how, [](pg::connection& control, model::rollout_id id) -> task<> {
        co_await end_city(control, "recife", false);
        const auto first = co_await settle_rollout(control, id);
        CO_ASSERT_EQ(first, rollout_state::running);
        co_await end_city(control, "olinda", false);
        const auto second = co_await settle_rollout(control, id);
        CO_ASSERT_EQ(second, rollout_state::paused);
        const auto paused = co_await get_rollout(control, id);
        CO_ASSERT_EQ(paused.asked, rollout_state::paused);
        CO_ASSERT_EQ(paused.paused_why.value_or("").substr(0, 33), "2 cities failed, --max-failures 1");

        auto same = ask_rollout(control, id, rollout_state::running);
        const auto refused = co_await refusal(std::move(same));
        CO_ASSERT_EQ(refused.substr(0, 39), "conflict: rollout 1 cannot go on: 2 cit");
    });
}

TEST(failure_budget, a_larger_one_and_a_retry_let_it_go_on)
{
    plan::pace how;
    how.max_failures = plan::failure_budget{0, false};
    with_pace(how, [](pg::connection& control, model::rollout_id id) -> task<> {
        co_await end_city(control, "recife", false);
        co_await settle_rollout(control, id);
        const plan::failure_budget larger{1, false};
        const auto resumed = co_await ask_rollout(control, id, rollout_state::running, larger);
        CO_ASSERT_EQ(resumed.state, rollout_state::running);
        CO_ASSERT_FALSE(resumed.paused_why.has_value());
        co_await end_city(control, "olinda", false);
        const auto again = co_await settle_rollout(control, id);
        CO_ASSERT_EQ(again, rollout_state::paused);
        const auto retried = co_await retry_rollout(control, id);
        CO_ASSERT_EQ(retried, 2);
        const auto goes_on = co_await get_rollout(control, id);
        CO_ASSERT_EQ(goes_on.asked, rollout_state::running);
    });
}

TEST(waves, jobs_of_a_wave_that_has_not_begun_are_not_loaded)
{
    plan::pace how;
    how.wave_sizes = {1, 2};
    with_pace(how, [](pg::connection& control, model::rollout_id id) -> task<> {
        const auto one = co_await loadable(control, id);
        CO_ASSERT_EQ(one, test_plans::jobs_per_city);
        co_await settle_rollout(control, id);
        const auto still = co_await get_rollout(control, id);
        CO_ASSERT_EQ(still.wave, 1);
        CO_ASSERT_EQ(still.waves, 3);
        co_await end_city(control, "recife", true);
        co_await settle_rollout(control, id);
        const auto two = co_await loadable(control, id);
        CO_ASSERT_EQ(two, 2 * test_plans::jobs_per_city);
        co_await end_city(control, "olinda", false); // what waits for it cannot move
        co_await end_city(control, "caruaru", true);
        const auto state = co_await settle_rollout(control, id);
        CO_ASSERT_EQ(state, rollout_state::running);
        const auto last = co_await get_rollout(control, id);
        CO_ASSERT_EQ(last.wave, 3);
        co_await end_city(control, "bezerros", true);
        const auto end = co_await settle_rollout(control, id);
        CO_ASSERT_EQ(end, rollout_state::failed);
    });
}

TEST(waves, a_canary_that_fails_holds_the_others_back)
{
    plan::pace how;
    how.canary = {"olinda"};
    with_pace(how, [](pg::connection& control, model::rollout_id id) -> task<> {
        co_await end_city(control, "olinda", false);
        const auto state = co_await settle_rollout(control, id);
        CO_ASSERT_EQ(state, rollout_state::paused);
        const auto held = co_await get_rollout(control, id);
        CO_ASSERT_EQ(held.wave, 1);
    });
}

TEST(waves, a_pause_between_them_ends_with_resume)
{
    plan::pace how;
    how.wave_sizes = {2};
    how.pause_between_waves = true;
    with_pace(how, [](pg::connection& control, model::rollout_id id) -> task<> {
        co_await end_city(control, "recife", true);
        co_await end_city(control, "olinda", true);
        const auto state = co_await settle_rollout(control, id);
        CO_ASSERT_EQ(state, rollout_state::paused);
        const auto resumed = co_await ask_rollout(control, id, rollout_state::running);
        CO_ASSERT_EQ(resumed.state, rollout_state::running);
        CO_ASSERT_EQ(resumed.wave, 2);
        const auto two = co_await loadable(control, id);
        CO_ASSERT_EQ(two, 2 * test_plans::jobs_per_city);
    });
}

} // namespace
} // namespace tropeiro::scheduler::store

#include "tests/integration/scheduler/api/api_fixture.hpp"

#include <gmock/gmock.h>

namespace tropeiro::scheduler::api {

using testing::HasSubstr;

namespace {

constexpr std::string_view one_city = R"({"tenants":["recife"],"modules":["educacao"]})";

} // namespace

TEST_F(api_fixture, a_plan_counts_a_citys_rows_and_stores_nothing)
{
    post("/v1/init");
    const auto plan = post("/v1/plans", one_city);
    EXPECT_EQ(plan.at("rows"), 110); // 10 schools and 100 students
    EXPECT_EQ(plan.at("blocked"), false);
    EXPECT_EQ(plan.at("tenants").as_array().at(0).at("database"), json::value(prefix + "recife"));
    EXPECT_TRUE(get("/v1/rollouts").at("items").as_array().empty());
    eventually([&] {
        return sql("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'") == "0\n";
    });
}

TEST_F(api_fixture, all_leaves_the_city_of_the_legacy_rows_out)
{
    post("/v1/init");
    const auto plan = post("/v1/plans", R"({"tenants":["all"],"modules":["educacao"]})");
    EXPECT_EQ(plan.at("tenants").as_array().size(), 2U);
}

TEST_F(api_fixture, an_unknown_city_and_an_unknown_module_are_refused_by_name)
{
    post("/v1/init");
    const auto city = error_of("POST", "/v1/plans", R"({"tenants":["recifi"]})");
    EXPECT_EQ(city.kind, error_kind::not_found);
    EXPECT_THAT(city.message, HasSubstr("City not found in cities table"));
    const auto field = error_of("POST", "/v1/plans", R"({"tenant":["recife"]})");
    EXPECT_EQ(field.kind, error_kind::usage);
}

TEST_F(api_fixture, a_rollout_that_would_fail_is_refused_with_every_reason)
{
    post("/v1/init");
    const auto e = error_of("POST", "/v1/rollouts", R"({"tenants":["recife"],"modules":["notas"]})");
    EXPECT_EQ(e.kind, error_kind::refused);
    EXPECT_THAT(e.message, HasSubstr("grades"));
    EXPECT_TRUE(get("/v1/rollouts").at("items").as_array().empty());
}

TEST_F(api_fixture, without_a_dispatching_service_nothing_is_started)
{
    post("/v1/init");
    EXPECT_EQ(error_of("POST", "/v1/rollouts", one_city).kind, error_kind::conflict);
}

TEST_F(api_fixture, a_rollout_is_stored_paused_resumed_and_cancelled)
{
    post("/v1/init");
    start_service();
    const auto started = post("/v1/rollouts", one_city);
    EXPECT_EQ(started.at("nothing_to_do"), false);
    EXPECT_EQ(started.at("plan").at("rows"), 110);
    const auto id = std::to_string(started.at("rollout").at("id").as_int64());

    const auto looked = get("/v1/rollouts/" + id);
    EXPECT_EQ(looked.at("rollout").at("state"), "running");
    ASSERT_EQ(looked.at("tenants").as_array().size(), 1U);
    const auto& city = looked.at("tenants").as_array().at(0);
    EXPECT_EQ(city.at("slug"), "recife");
    EXPECT_EQ(city.at("expected_rows"), 110);

    EXPECT_EQ(post("/v1/rollouts/" + id + "/pause").at("rollout").at("asked"), "paused");
    EXPECT_EQ(post("/v1/rollouts/" + id + "/resume").at("rollout").at("asked"), "running");
    EXPECT_EQ(post("/v1/rollouts/" + id + "/cancel").at("rollout").at("asked"), "cancelled");
    EXPECT_EQ(error_of("POST", "/v1/rollouts/" + id + "/retry").kind, error_kind::conflict);
    EXPECT_EQ(error_of("GET", "/v1/rollouts/999").kind, error_kind::not_found);
    EXPECT_EQ(error_of("GET", "/v1/rollouts/seven").kind, error_kind::usage);
}

TEST_F(api_fixture, jobs_say_why_they_wait_even_when_no_queue_can_be_asked)
{
    post("/v1/init");
    start_service();
    post("/v1/rollouts", one_city);
    back->use_redis(secret("unix:///nowhere/redis.sock"));
    const auto jobs = get("/v1/jobs").at("items").as_array();
    ASSERT_GE(jobs.size(), 5U);
    const auto first = std::to_string(jobs[0].at("id").as_int64());
    const auto second = std::to_string(jobs[1].at("id").as_int64());
    const auto root = get("/v1/jobs/" + first + "/why");
    EXPECT_EQ(root.at("from"), "control");
    const auto child = get("/v1/jobs/" + second + "/why");
    EXPECT_THAT(std::string(child.at("reason").as_string()), HasSubstr("waits for job " + first));
    EXPECT_EQ(get("/v1/jobs/" + first).at("kind"), "create_database");
    EXPECT_TRUE(get("/v1/jobs/" + first).at("spec").is_object());
}

TEST_F(api_fixture, the_job_list_is_filtered_and_paged)
{
    post("/v1/init");
    start_service();
    post("/v1/rollouts", R"({"tenants":["recife","olinda"],"modules":["educacao"]})");
    std::map<std::string, std::string> query;
    query["tenant"] = "olinda";
    const auto mine = ask("GET", "/v1/jobs", {}, query);
    for (const auto& job : mine.at("items").as_array())
        EXPECT_EQ(job.at("tenant"), "olinda");
    query.clear();
    query["limit"] = "3";
    const auto page = ask("GET", "/v1/jobs", {}, query);
    EXPECT_EQ(page.at("items").as_array().size(), 3U);
    EXPECT_EQ(page.at("next_after"), page.at("items").as_array().at(2).at("id"));
    query["state"] = "asleep";
    EXPECT_THROW(ask("GET", "/v1/jobs", {}, query), failure);
}

TEST_F(api_fixture, a_dead_job_is_tried_again_and_a_living_one_is_not)
{
    post("/v1/init");
    start_service();
    const auto started = post("/v1/rollouts", one_city);
    const auto id = std::to_string(started.at("rollout").at("id").as_int64());
    sql("UPDATE tropeiro.job SET state = 'dead', error = 'disk full', attempts = 5 WHERE kind = "
        "'create_database'");
    const auto dead = get("/v1/jobs").at("items").as_array().at(0);
    const auto job = std::to_string(dead.at("id").as_int64());
    EXPECT_THAT(std::string(get("/v1/jobs/" + job + "/why").at("reason").as_string()),
                HasSubstr("disk full"));
    EXPECT_EQ(post("/v1/jobs/" + job + "/retry").at("state"), "wait");
    EXPECT_EQ(error_of("POST", "/v1/jobs/" + job + "/retry").kind, error_kind::conflict);
    sql("UPDATE tropeiro.job SET state = 'dead', error = 'disk full' WHERE kind = 'create_database'");
    EXPECT_EQ(post("/v1/rollouts/" + id + "/retry").at("retried"), 1);
}

TEST_F(api_fixture, workers_are_those_of_the_queue_or_those_that_hold_a_job)
{
    post("/v1/init");
    EXPECT_TRUE(get("/v1/workers").at("items").as_array().empty());
    EXPECT_EQ(error_of("POST", "/v1/workers/abc/drain").kind, error_kind::conflict);

    start_service();
    eventually([&] { return sql("SELECT count(*) FROM tropeiro.queue_epoch WHERE epoch > 0") == "1\n"; });
    auto address = redis::parse_url(test::shared_redis().socket_url(), "test").value();
    queue::redis_queue queue(std::move(address), std::stoll(sql("SELECT epoch FROM tropeiro.queue_epoch")));
    test::run_on(loop, queue.beat("w1", R"({"host":"here"})", {}));
    const auto workers = get("/v1/workers").at("items").as_array();
    ASSERT_EQ(workers.size(), 1U);
    EXPECT_EQ(workers[0].at("name"), "w1");
    EXPECT_EQ(workers[0].at("info").at("host"), "here");
    EXPECT_EQ(error_of("POST", "/v1/workers/w2/drain").kind, error_kind::not_found);
    post("/v1/workers/w1/drain");
    EXPECT_EQ(get("/v1/workers").at("items").as_array().at(0).at("draining"), true);
}

TEST_F(api_fixture, a_limit_set_beside_the_scheduler_is_told_to_the_queue_at_once)
{
    post("/v1/init");
    start_service();
    eventually([&] { return sql("SELECT count(*) FROM tropeiro.queue_epoch WHERE epoch > 0") == "1\n"; });
    stop_service();
    auto address = redis::parse_url(test::shared_redis().socket_url(), "test").value();
    queue::redis_queue queue(std::move(address), std::stoll(sql("SELECT epoch FROM tropeiro.queue_epoch")));
    const auto set_in_the_queue = [&] {
        std::map<std::string, std::int64_t> found;
        for (const auto& view : test::run_on(loop, queue.limits()))
            if (view.explicit_limit) found[view.resource] = *view.explicit_limit;
        return found;
    };
    using limits = std::map<std::string, std::int64_t>;
    ask("PUT", "/v1/limits", json::parse(R"({"resource":"t:db:5432","slots":0})"));
    EXPECT_EQ(set_in_the_queue(), (limits{{"*", 8}, {"t:db:5432", 0}}));
    ask("PUT", "/v1/limits", json::parse(R"({"resource":"t:db:5432","slots":null})"));
    EXPECT_EQ(set_in_the_queue(), (limits{{"*", 8}}));
}

TEST_F(api_fixture, a_limit_is_kept_for_the_scheduler_when_redis_does_not_answer)
{
    post("/v1/init");
    start_service();
    eventually([&] { return sql("SELECT count(*) FROM tropeiro.queue_epoch WHERE epoch > 0") == "1\n"; });
    stop_service();
    back->use_redis(secret("unix:///nowhere/redis.sock"));
    ask("PUT", "/v1/limits", json::parse(R"({"resource":"t:db:5432","slots":3})"));
    EXPECT_EQ(sql("SELECT slots FROM tropeiro.connection_limit WHERE resource = 't:db:5432'"), "3\n");
}

TEST_F(api_fixture, what_is_in_use_is_unknown_where_the_queue_cannot_be_asked)
{
    post("/v1/init");
    EXPECT_EQ(get("/v1/limits").at("items").at(0).at("used"), 0) << "no queue was ever loaded";
    start_service();
    eventually([&] { return sql("SELECT count(*) FROM tropeiro.queue_epoch WHERE epoch > 0") == "1\n"; });
    stop_service();
    back->use_redis(secret("unix:///nowhere/redis.sock"));
    const auto told = get("/v1/limits");
    EXPECT_THAT(std::string(told.at("note").as_string()), HasSubstr("/nowhere/redis.sock"));
    ASSERT_FALSE(told.at("items").as_array().empty());
    for (const auto& limit : told.at("items").as_array())
        EXPECT_TRUE(limit.at("used").is_null()) << limit;
}

} // namespace tropeiro::scheduler::api

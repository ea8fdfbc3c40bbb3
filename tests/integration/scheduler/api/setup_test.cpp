#include "tests/integration/scheduler/api/api_fixture.hpp"

#include <gmock/gmock.h>

namespace tropeiro::scheduler::api {

using testing::HasSubstr;

TEST_F(api_fixture, everything_but_init_and_check_asks_for_init_first)
{
    const auto e = error_of("GET", "/v1/rollouts");
    EXPECT_THAT(e.message, HasSubstr("tropeiro init"));
    EXPECT_EQ(get("/v1/health").at("ok"), true);
}

TEST_F(api_fixture, init_registers_the_cities_and_a_second_run_changes_nothing)
{
    const auto first = post("/v1/init");
    EXPECT_EQ(first.at("tenants_added").as_array().size(), 3U);
    EXPECT_FALSE(first.at("applied").as_array().empty());
    const auto second = post("/v1/init");
    EXPECT_TRUE(second.at("tenants_added").as_array().empty());
    EXPECT_TRUE(second.at("applied").as_array().empty());
    EXPECT_EQ(get("/v1/tenants").at("items").as_array().size(), 3U);
}

TEST_F(api_fixture, check_tells_latency_version_user_and_privileges_of_each_server)
{
    const auto answer = post("/v1/check");
    EXPECT_EQ(answer.at("ok"), true);
    ASSERT_EQ(answer.at("items").as_array().size(), 3U);
    for (const auto& one : answer.at("items").as_array()) {
        EXPECT_GT(one.at("latency_ms").to_number<double>(), 0);
        EXPECT_EQ(one.at("user"), "postgres");
        EXPECT_EQ(one.at("tls"), "");
        EXPECT_THAT(json::serialize(one.at("privileges")), HasSubstr("createdb"));
    }
}

TEST_F(api_fixture, check_goes_on_after_a_server_that_does_not_answer_and_shows_no_password)
{
    std::map<std::string, std::string> variables;
    variables["CONTROL_DB_URL"] = test::shared_postgres().url(database);
    variables["SOURCE_DB_URL"] = "postgresql://someone:hidden@127.0.0.1:1/nothing";
    auto broken = workspace;
    broken.variables = config::environment(std::move(variables));
    backend other(loop.get_executor(), broken);
    router = make_router(other);
    const auto answer = post("/v1/check");
    other.close();
    EXPECT_EQ(answer.at("ok"), false);
    const auto& items = answer.at("items").as_array();
    ASSERT_EQ(items.size(), 3U);
    EXPECT_EQ(items[0].at("ok"), true);
    EXPECT_EQ(items[1].at("kind"), "unreachable");
    EXPECT_THAT(json::serialize(answer), testing::Not(HasSubstr("hidden")));
    EXPECT_THAT(std::string(items[2].at("error").as_string()), HasSubstr("Connection string not provided"));
}

TEST_F(api_fixture, modules_are_listed_before_there_is_a_control_schema)
{
    const auto answer = get("/v1/modules");
    EXPECT_EQ(answer.at("items").as_array().size(), 2U);
    EXPECT_THAT(std::string(answer.at("note").as_string()), HasSubstr("init"));
    const auto e = error_of("GET", "/v1/modules/educacaoo");
    EXPECT_EQ(e.kind, error_kind::not_found);
    EXPECT_THAT(e.hint, HasSubstr("educacao"));
}

TEST_F(api_fixture, a_tenant_can_be_added_once)
{
    post("/v1/init");
    const auto added = post("/v1/tenants", R"({"slug":"natal","name":"Natal"})");
    EXPECT_EQ(added.at("slug"), "natal");
    EXPECT_EQ(error_of("POST", "/v1/tenants", R"({"slug":"natal","name":"Natal"})").kind,
              error_kind::conflict);
    EXPECT_EQ(error_of("POST", "/v1/tenants", R"({"slug":"No Slug!"})").kind, error_kind::usage);
    EXPECT_EQ(get("/v1/tenants/natal").at("name"), "Natal");
    EXPECT_EQ(error_of("GET", "/v1/tenants/nowhere").kind, error_kind::not_found);
}

TEST_F(api_fixture, a_long_log_of_a_tenant_is_cut_and_says_so)
{
    post("/v1/init");
    post("/v1/tenants", R"({"slug":"natal","name":"Natal"})");
    const auto add_lines = [&](int lines) {
        sql("INSERT INTO tenant_module_log (tenant_id, module_name, status, error) "
            "SELECT tenant_id, 'educacao', 'failed', 'no ' || i FROM tenant_registry, generate_series(1, " +
            std::to_string(lines) + ") i WHERE tenant_slug = 'natal'");
    };
    add_lines(200);
    const auto whole = get("/v1/tenants/natal");
    EXPECT_EQ(whole.at("log").as_array().size(), 200U);
    EXPECT_EQ(whole.at("log_is_cut"), false);
    add_lines(1);
    const auto cut = get("/v1/tenants/natal");
    EXPECT_EQ(cut.at("log").as_array().size(), 200U);
    EXPECT_EQ(cut.at("log_is_cut"), true);
}

TEST_F(api_fixture, limits_of_the_operator_stand_above_those_of_the_workspace)
{
    post("/v1/init");
    workspace.limits.resources["t:db:5432"] = 4;
    ask("PUT", "/v1/limits", json::parse(R"({"resource":"t:db:5432","slots":2})"));
    const auto limits = json::serialize(get("/v1/limits").at("items"));
    EXPECT_THAT(limits, HasSubstr(R"({"resource":"t:db:5432","slots":2,"set_by":"operator")"));
    ask("PUT", "/v1/limits", json::parse(R"({"resource":"t:db:5432","slots":null})"));
    EXPECT_THAT(json::serialize(get("/v1/limits").at("items")),
                HasSubstr(R"({"resource":"t:db:5432","slots":4,"set_by":"workspace")"));
    EXPECT_EQ(error_of("PUT", "/v1/limits", R"({"resource":"t:db:5432"})").kind, error_kind::usage);
    EXPECT_EQ(error_of("PUT", "/v1/limits", R"({"resource":"t:db:5432","slots":-1})").kind,
              error_kind::usage);
}

TEST_F(api_fixture, limits_of_a_plan_hold_where_nobody_set_one_while_its_passes_wait)
{
    post("/v1/init");
    sql("INSERT INTO tropeiro.rollout (title, summary) VALUES ('test', '{\"slots\": {\"t:db:5432\": 3}}');"
        "INSERT INTO tropeiro.job (rollout_id, city, kind, label, lane, spec, pass) "
        "VALUES (1, 'natal', 'copy', 'copy students', 's:src:5432|t:db:5432', '{}', 1)");
    EXPECT_THAT(json::serialize(get("/v1/limits").at("items")),
                HasSubstr(R"({"resource":"t:db:5432","slots":3,"set_by":"plan")"));
    sql("UPDATE tropeiro.job SET state = 'done'");
    EXPECT_THAT(json::serialize(get("/v1/limits").at("items")), testing::Not(HasSubstr("t:db:5432")));
}

} // namespace tropeiro::scheduler::api

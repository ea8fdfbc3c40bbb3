#include "scheduler/api/record_json.hpp"

#include <gtest/gtest.h>

namespace tropeiro::scheduler::api {

namespace json = boost::json;

TEST(record_json, a_plans_summary_counts_what_is_still_to_do)
{
    plan::table_plan waiting;
    waiting.rows = 100;
    waiting.bytes = 1000;
    waiting.parts = 2;
    auto arrived = waiting;
    arrived.complete = true;
    plan::foreign_key_plan left_out;
    left_out.kept = false;
    plan::tenant_plan city;
    city.tables = {waiting, arrived};
    city.foreign_keys = {left_out, plan::foreign_key_plan()};
    plan::finding warning;
    warning.severity = plan::finding::severity_t::warns;
    warning.what = "slow";
    plan::plan what;
    what.tenants = {city, city};
    what.jobs.resize(3);
    what.findings = {warning};

    const auto summary = summary_of(what);
    EXPECT_EQ(summary.at("tenants"), 2);
    EXPECT_EQ(summary.at("tables"), 4);
    EXPECT_EQ(summary.at("parts"), 4);
    EXPECT_EQ(summary.at("rows"), 200);
    EXPECT_EQ(summary.at("jobs"), 3);
    EXPECT_EQ(summary.at("keys_left_out"), 2);
    EXPECT_EQ(summary.at("findings").at(0).at("severity"), "warns");
}

TEST(record_json, a_module_names_the_tenants_that_have_it)
{
    model::module module;
    module.name = "saude";
    model::tenant with;
    with.slug = "recife";
    with.modules = {"saude"};
    model::tenant without;
    without.slug = "olinda";
    EXPECT_EQ(to_json(module, {with, without}).at("enabled"), json::parse(R"(["recife"])"));
}

TEST(record_json, what_is_not_known_is_null_and_a_workers_words_are_json_when_they_can_be)
{
    store::job_record job;
    EXPECT_TRUE(to_json(job).at("owner").is_null());
    queue::worker_view worker;
    worker.info = R"({"host":"a"})";
    EXPECT_EQ(to_json(worker).at("info").at("host"), "a");
    worker.info = "not json";
    EXPECT_EQ(to_json(worker).at("info"), "not json");
}

} // namespace tropeiro::scheduler::api

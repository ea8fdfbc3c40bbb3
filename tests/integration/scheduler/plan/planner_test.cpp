#include "shared/base/text.hpp"
#include "tests/integration/scheduler/plan/planning_bench.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace tropeiro::test {
namespace {

namespace plan = scheduler::plan;
using model::job_kind;
using plan::rows_wanted;

TEST(planner, a_carried_out_plan_makes_the_same_schema_as_the_source)
{
    const auto source = nasty_database();
    const auto tenants = std::vector{tenant_named("one")};
    const auto p = make_plan(source, everything(rows_wanted::all), with_pattern(), tenants);
    ASSERT_FALSE(p.blocked()) << findings_text(p);
    EXPECT_EQ(jobs_of(p, job_kind::publish), 1U);
    carry_out(source, p);
    const auto target = source.with_database(p.tenants.at(0).database);
    EXPECT_EQ(difference(schema_of(source, table_names(p)), schema_of(target, table_names(p))), "");
}

TEST(planner, the_control_plane_stays_behind_and_every_key_to_it_is_listed)
{
    const auto source = conecta_database();
    const auto p = make_plan(source, modules({}, rows_wanted::none), municipal(), {tenant_named("um")});
    ASSERT_FALSE(p.blocked()) << findings_text(p);
    EXPECT_FALSE(p.needs_snapshot);
    EXPECT_EQ(jobs_of(p, job_kind::copy), 0U);
    carry_out(source, p);
    const auto target = source.with_database(p.tenants.at(0).database);
    EXPECT_EQ(
        shared_postgres().psql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename IN "
                               "('cities', 'profiles', 'roles', 'user_roles', 'secretarias')",
                               target.database),
        "0\n");
    const auto& keys = p.tenants.at(0).foreign_keys;
    const auto cut = std::count_if(keys.begin(), keys.end(), [](const auto& k) { return !k.kept; });
    EXPECT_GT(cut, 20);
    for (const auto& key : keys)
        EXPECT_TRUE(key.kept || key.reason.find("control plane") != std::string::npos) << key.reason;
    // What is left of the source's schema is exactly the keys that the plan has listed.
    auto missing = difference(schema_of(source, table_names(p)), schema_of(target, table_names(p)));
    for (const auto& line : text::split(missing, '\n'))
        EXPECT_TRUE(line.empty() || line.starts_with("- ALTER TABLE ONLY public.") ||
                    line.find(" REFERENCES public.") != std::string::npos)
            << line;
    EXPECT_TRUE(found(p, warns, "log_absence"))
        << "the trigger's function writes into a table that stays behind: " << findings_text(p);
}

TEST(planner, a_sequence_that_only_a_function_names_goes_with_it)
{
    const auto source = conecta_database();
    const auto p =
        make_plan(source, modules({"ouvidoria"}, rows_wanted::none), municipal(), {tenant_named("um")});
    ASSERT_FALSE(p.blocked()) << findings_text(p);
    carry_out(source, p);
    EXPECT_EQ(shared_postgres().psql("SELECT to_regclass('ombudsman_protocol_number_seq') IS NOT NULL",
                                     p.tenants.at(0).database),
              "t\n");
}

TEST(planner, legacy_rows_are_those_without_a_tenant_and_own_rows_those_of_the_tenant)
{
    const auto source = conecta_database();
    fill_schools(source);
    const auto legacy = make_plan(source, modules({"educacao"}, rows_wanted::legacy), municipal(),
                                  {tenant_named("afogados")});
    ASSERT_FALSE(legacy.blocked()) << findings_text(legacy);
    EXPECT_EQ(table_of(legacy, "students").rows, 3);
    EXPECT_EQ(table_of(legacy, "students").rows_of, "city_id IS NULL");
    const auto own =
        make_plan(source, modules({"educacao"}, rows_wanted::own), municipal(),
                  {tenant_named("um"), tenant_named("dois", "1b2c3d4e-0000-4000-8000-000000000002")});
    ASSERT_FALSE(own.blocked()) << findings_text(own);
    EXPECT_EQ(table_of(own, "students", 0).rows, 2);
    EXPECT_EQ(table_of(own, "students", 1).rows, 0);
    EXPECT_EQ(own.scripts.size(), 3U) << "the empty one, and two that both cities share";
    EXPECT_TRUE(own.needs_snapshot);
}

TEST(planner, the_source_s_own_estimates_say_which_tables_are_read_for_several_cities_at_once)
{
    const auto source = conecta_database();
    std::vector<model::tenant> tenants;
    for (int i = 0; i < 4; ++i)
        tenants.push_back(
            tenant_named(fmt::format("city-{}", i), fmt::format("00000000-0000-4000-8000-{:012}", i)));
    shared_postgres().psql(R"(
        CREATE TABLE bare (city_id uuid, filler text);
        CREATE TABLE few (city_id uuid, filler text);
        CREATE TABLE most (city_id uuid, filler text);
        INSERT INTO bare SELECT ('00000000-0000-4000-8000-' || lpad((n % 4)::text, 12, '0'))::uuid, repeat('x', 500)
          FROM generate_series(1, 20000) n;
        INSERT INTO few SELECT ('00000000-0000-4000-8000-' || lpad((n / 20)::text, 12, '0'))::uuid, repeat('x', 500)
          FROM generate_series(1, 20000) n;
        INSERT INTO most SELECT city_id, filler FROM bare;
        CREATE INDEX ON few (city_id);
        CREATE INDEX ON most (city_id);
        ANALYZE bare, few, most;)",
                           source.database);
    plan::plan_request request;
    request.rows = rows_wanted::own;
    for (const auto* name : {"bare", "few", "most"})
        request.which.tables.push_back({"public", name});
    auto settings = municipal();
    const auto p = make_plan(source, request, settings, tenants);
    ASSERT_FALSE(p.blocked()) << findings_text(p);
    EXPECT_EQ(table_of(p, "bare").readers, 4);
    ASSERT_TRUE(p.target_slots);
    EXPECT_GE(*p.target_slots, 1);
    EXPECT_EQ(to_json(p).at("target_slots"), *p.target_slots);
    EXPECT_EQ(table_of(p, "bare").reading_reason, "no index leads with city_id");
    EXPECT_EQ(table_of(p, "most").readers, 4);
    EXPECT_EQ(table_of(p, "few").readers, 1);
    EXPECT_TRUE(table_of(p, "few").reading_reason.starts_with("through the index on city_id"))
        << table_of(p, "few").reading_reason;
    carry_out(source, p);
    for (const auto& tenant : p.tenants)
        EXPECT_EQ(shared_postgres().psql("SELECT count(*) FROM bare", tenant.database), "5000\n");
    settings.pass_tenants = 1;
    settings.database_pattern += "_alone";
    const auto alone = make_plan(source, request, settings, tenants);
    EXPECT_EQ(table_of(alone, "bare").readers, 1);
    EXPECT_FALSE(alone.target_slots) << "without a pass nothing needs more connections than jobs";
}

TEST(planner, five_hundred_cities_are_planned_with_one_set_of_scripts_and_in_proportion)
{
    const auto source = conecta_database();
    fill_schools(source);
    // Processor time of this process alone: the wall clock also measures who else uses the machine.
    const auto processor_seconds = [&](const int cities) {
        std::vector<model::tenant> tenants;
        for (int i = 0; i < cities; ++i)
            tenants.push_back(
                tenant_named(fmt::format("city-{}", i), fmt::format("00000000-0000-4000-8000-{:012}", i)));
        const auto start = std::clock();
        const auto p = make_plan(source, everything(rows_wanted::own), municipal(), tenants);
        const auto took = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
        // roles has no tenant column, but it is control plane; every other table has one.
        EXPECT_FALSE(p.blocked()) << findings_text(p);
        EXPECT_EQ(p.tenants.size(), tenants.size());
        EXPECT_EQ(p.scripts.size(), 3U);
        return took;
    };
    const auto first = processor_seconds(50); // the catalog and the scripts, too
    const auto half = processor_seconds(250);
    const auto all = processor_seconds(500);
    // In proportion to the cities it is 1.25, with their square 3.1.
    EXPECT_LT((all - half) / (half - first), 2.5) << first << ", " << half << ", " << all << " s";
}

} // namespace
} // namespace tropeiro::test

#include "shared/base/text.hpp"
#include "tests/integration/scheduler/plan/planning_bench.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::test {
namespace {

namespace plan = scheduler::plan;
using model::job_kind;
using plan::rows_wanted;

TEST(findings, a_table_that_exists_with_other_columns_blocks_and_names_them)
{
    const auto source = conecta_database();
    const auto settings = municipal();
    const auto tenant = tenant_named("um");
    const auto first = make_plan(source, modules({"educacao"}, rows_wanted::none), settings, {tenant});
    carry_out(source, first);
    shared_postgres().psql(
        "ALTER TABLE students DROP COLUMN notes; ALTER TABLE schools ALTER capacity TYPE bigint;"
        "ALTER TYPE turno ADD VALUE 'tarde'",
        first.tenants.at(0).database);
    const auto second = make_plan(source, modules({"educacao"}, rows_wanted::none), settings, {tenant});
    EXPECT_TRUE(
        found(second, blocks, "table \"students\" exists with other columns: column \"notes\" is missing"))
        << findings_text(second);
    EXPECT_TRUE(found(second, blocks, "column \"capacity\" is bigint instead of integer"))
        << findings_text(second);
    EXPECT_TRUE(found(second, blocks, "type \"public.turno\" differs")) << findings_text(second);
}

TEST(findings, a_database_of_another_tenant_is_never_touched)
{
    const auto source = conecta_database();
    const auto settings = municipal();
    carry_out(source,
              make_plan(source, modules({"educacao"}, rows_wanted::none), settings, {tenant_named("um")}));
    const auto p = make_plan(source, modules({"educacao"}, rows_wanted::none), settings,
                             {tenant_named("um", "99999999-0000-4000-8000-000000000009")});
    EXPECT_TRUE(found(p, blocks, "belongs to tenant \"um\"")) << findings_text(p);
    auto own = tenant_named("dois");
    own.database = source.database;
    const auto onto_itself = make_plan(source, modules({"educacao"}, rows_wanted::none), settings, {own});
    EXPECT_TRUE(found(onto_itself, blocks, "is the source itself")) << findings_text(onto_itself);
}

TEST(findings, what_the_source_cannot_give_is_found_before_a_byte_moves)
{
    const auto source = conecta_database();
    shared_postgres().psql("CREATE TABLE lookup (id integer PRIMARY KEY); CREATE VIEW seen AS SELECT 1 AS x;"
                           "CREATE ROLE " +
                               source.database +
                               "_reader LOGIN;"
                               "GRANT SELECT ON ALL TABLES IN SCHEMA public TO " +
                               source.database +
                               "_reader;"
                               "REVOKE SELECT ON ideb_data FROM " +
                               source.database + "_reader",
                           source.database);
    plan::plan_request request;
    request.rows = rows_wanted::own;
    for (const auto* name : {"studnts", "lookup", "seen", "cities"})
        request.which.tables.push_back({"public", name});
    const auto p = make_plan(source, request, municipal(), {tenant_named("um")});
    EXPECT_TRUE(
        found(p, blocks, "table \"studnts\" is not in the source database (did you mean \"students\"?)"))
        << findings_text(p);
    EXPECT_TRUE(found(p, blocks, "table \"lookup\" has no column \"city_id\"")) << findings_text(p);
    EXPECT_TRUE(found(p, blocks, "[modules.default.tenant]: lookup = \"shared\"")) << findings_text(p);
    EXPECT_TRUE(found(p, blocks, "\"seen\" is a view")) << findings_text(p);
    EXPECT_TRUE(found(p, blocks, "table \"cities\" belongs to the control plane")) << findings_text(p);
    auto reader = source;
    reader.user = source.database + "_reader";
    const auto narrow =
        make_plan(reader, modules({"educacao"}, rows_wanted::own), municipal(), {tenant_named("um")});
    EXPECT_TRUE(found(narrow, blocks, "may not read table \"ideb_data\"")) << findings_text(narrow);
    EXPECT_TRUE(found(narrow, blocks, "row security hides rows of table \"students\""))
        << findings_text(narrow);
}

TEST(findings, rows_without_a_tenant_are_not_left_behind)
{
    const auto source = conecta_database();
    shared_postgres().psql("CREATE TABLE lookup (id integer PRIMARY KEY)", source.database);
    auto settings = municipal();
    settings.legacy_slug = "um";
    const auto lookup = *model::parse_table_name("lookup");
    settings.modules =
        model::module_map({{"educacao", "", {*model::parse_table_name("schools")}, {}},
                           {"comum", "", {lookup}, {{lookup, *model::parse_tenant_rule("shared")}}}});
    const auto said = "which do not come with rows of its id";
    const auto plan_for = [&](std::vector<std::string> names, const std::string& slug) {
        return make_plan(source, modules(std::move(names), rows_wanted::own), settings, {tenant_named(slug)});
    };
    const auto blocked = plan_for({"educacao"}, "um");
    ASSERT_TRUE(found(blocked, blocks, said)) << findings_text(blocked);
    const auto finding = std::ranges::find_if(
        blocked.findings, [&](const auto& one) { return one.what.find(said) != std::string::npos; });
    EXPECT_NE(finding->hint.find("provision um --from-legacy --modules educacao;"), std::string::npos)
        << finding->hint;
    EXPECT_FALSE(found(plan_for({"educacao"}, "dois"), blocks, said));
    EXPECT_FALSE(found(plan_for({"comum"}, "um"), blocks, said)) << "every city gets all of these rows";
}

TEST(findings, a_module_that_is_not_in_the_map_is_not_found)
{
    const auto source = conecta_database();
    try {
        make_plan(source, modules({"educacão"}, rows_wanted::own), municipal(), {tenant_named("um")});
        FAIL() << "the plan was made";
    } catch (const failure& e) {
        EXPECT_EQ(e.kind(), error_kind::not_found);
        EXPECT_STREQ(e.what(), "module \"educacão\" is not in the module map");
        EXPECT_FALSE(e.hint().empty());
    }
}

TEST(findings, roles_that_the_target_lacks_block_or_are_made_without_login)
{
    const auto source = nasty_database();
    postgres_server other;
    const auto admin = other.dsn();
    auto request = everything(rows_wanted::all);
    const auto settings = with_pattern();
    const auto refused = make_plan(source, request, settings, {tenant_named("one")}, admin);
    EXPECT_TRUE(found(refused, blocks, "role \"Plan Writer\" is missing on the target"))
        << findings_text(refused);
    EXPECT_TRUE(found(refused, blocks, "role \"plan_reader\" is missing on the target"))
        << findings_text(refused);
    request.create_roles = true;
    const auto made = make_plan(source, request, settings, {tenant_named("one"), tenant_named("two")}, admin);
    ASSERT_FALSE(made.blocked()) << findings_text(made);
    carry_out(source, made, std::nullopt, admin);
    EXPECT_EQ(other.psql("SELECT string_agg(rolname || rolcanlogin, ' ' ORDER BY rolname) FROM pg_roles "
                         "WHERE rolname ~* '^plan'"),
              "Plan Writerfalse plan_readerfalse\n");
    const auto target = admin.with_database(made.tenants.at(1).database);
    auto there = schema_of(target, table_names(made));
    for (auto& line : there) // pg_dump lists a policy's roles by oid, which depends on who was made first
        line = text::replace_all(std::move(line), "\"Plan Writer\", plan_reader",
                                 "plan_reader, \"Plan Writer\"");
    EXPECT_EQ(difference(schema_of(source, table_names(made)), there), "");
}

TEST(findings, a_target_that_may_not_make_databases_is_found)
{
    const auto source = conecta_database();
    shared_postgres().psql("CREATE ROLE " + source.database + "_poor LOGIN");
    auto poor = source.with_database("postgres");
    poor.user = source.database + "_poor";
    const auto p =
        make_plan(source, modules({"educacao"}, rows_wanted::none), municipal(), {tenant_named("um")}, poor);
    EXPECT_TRUE(found(p, blocks, "may not create databases on the target")) << findings_text(p);
    EXPECT_TRUE(p.jobs.empty());
}

} // namespace
} // namespace tropeiro::test

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

TEST(existing_database, a_second_run_of_a_finished_city_has_nothing_to_do)
{
    const auto source = conecta_database();
    fill_schools(source);
    const auto settings = municipal();
    auto tenant = tenant_named("um");
    const auto first = make_plan(source, modules({"educacao"}, rows_wanted::own), settings, {tenant});
    carry_out(source, first);
    tenant.database = first.tenants.at(0).database;
    tenant.modules = {"educacao"};
    const auto second = make_plan(source, modules({"educacao"}, rows_wanted::own), settings, {tenant});
    EXPECT_FALSE(second.blocked()) << findings_text(second);
    EXPECT_TRUE(second.jobs.empty()) << boost::json::serialize(to_json(second));
    EXPECT_TRUE(table_of(second, "students").complete);
    EXPECT_EQ(second.rows(), 0);

    tenant.modules = {};
    const auto unregistered = make_plan(source, modules({"educacao"}, rows_wanted::own), settings, {tenant});
    ASSERT_EQ(unregistered.jobs.size(), 2U);
    EXPECT_EQ(unregistered.jobs.back().kind, job_kind::publish);
}

TEST(existing_database, a_table_that_somebody_dropped_is_made_and_filled_again)
{
    const auto source = conecta_database();
    fill_schools(source);
    const auto settings = municipal();
    auto tenant = tenant_named("um");
    const auto first = make_plan(source, modules({"educacao"}, rows_wanted::own), settings, {tenant});
    carry_out(source, first);
    tenant.database = first.tenants.at(0).database;
    tenant.modules = {"educacao"};
    shared_postgres().psql("DROP TABLE students CASCADE", tenant.database);
    const auto second = make_plan(source, modules({"educacao"}, rows_wanted::own), settings, {tenant});
    EXPECT_FALSE(second.blocked()) << findings_text(second);
    EXPECT_FALSE(table_of(second, "students").complete);
    EXPECT_TRUE(table_of(second, "schools").complete);
    EXPECT_EQ(second.rows(), table_of(first, "students").rows);
    EXPECT_GE(jobs_of(second, job_kind::copy), 1U);
}

TEST(existing_database, tables_that_were_never_read_back_are_verified_by_the_rerun)
{
    const auto source = conecta_database();
    fill_schools(source);
    const auto settings = municipal();
    auto tenant = tenant_named("um");
    const auto first = make_plan(source, modules({"educacao"}, rows_wanted::own), settings, {tenant});
    carry_out(source, first, job_kind::verify);
    tenant.database = first.tenants.at(0).database;
    tenant.modules = {"educacao"};
    const auto second = make_plan(source, modules({"educacao"}, rows_wanted::own), settings, {tenant});
    EXPECT_EQ(jobs_of(second, job_kind::copy), 0U);
    ASSERT_EQ(jobs_of(second, job_kind::verify), 1U);
    for (const auto& job : second.jobs)
        if (job.kind == job_kind::verify) {
            EXPECT_EQ(model::spec_from_json<model::verify_spec>(job.spec).tables.size(),
                      first.tenants.at(0).tables.size());
        }
    carry_out(source, second);
    EXPECT_TRUE(make_plan(source, modules({"educacao"}, rows_wanted::own), settings, {tenant}).jobs.empty());
}

TEST(existing_database, enabling_a_module_makes_only_what_is_missing_and_ties_it_to_what_is_there)
{
    const auto source = conecta_database();
    const auto settings = municipal();
    auto tenant = tenant_named("um");
    // social_media_posts points to news: first the module that points, then the one that is pointed to.
    const auto first = make_plan(source, modules({"comunicacao"}, rows_wanted::none), settings, {tenant});
    ASSERT_FALSE(first.blocked()) << findings_text(first);
    carry_out(source, first);
    tenant.database = first.tenants.at(0).database;
    const auto second = make_plan(source, modules({"conteudo"}, rows_wanted::none), settings, {tenant});
    ASSERT_FALSE(second.blocked()) << findings_text(second);
    carry_out(source, second);
    const auto target = source.with_database(tenant.database);
    EXPECT_EQ(shared_postgres().psql(
                  "SELECT count(*) FROM pg_constraint WHERE conname = 'social_media_posts_news_id_fkey'",
                  target.database),
              "1\n");
    auto both = table_names(first);
    for (const auto& name : table_names(second))
        both.push_back(name);
    for (const auto& line : text::split(difference(schema_of(source, both), schema_of(target, both)), '\n'))
        EXPECT_TRUE(line.empty() || line.starts_with("- ALTER TABLE ONLY public.") ||
                    line.find(" REFERENCES public.") != std::string::npos)
            << line;
}

TEST(existing_database, a_foreign_key_to_a_table_that_stands_empty_is_found_before_the_rows_move)
{
    const auto source = conecta_database();
    auto tenant = tenant_named("um");
    const auto city = "'" + tenant.id.value + "'";
    shared_postgres().psql(
        "SET session_replication_role = replica; INSERT INTO news (city_id, title, slug, body) VALUES (" +
            city +
            ", 'um', 'um', 'um');"
            "INSERT INTO social_media_posts (city_id, account_id, news_id)"
            "  SELECT city_id, gen_random_uuid(), id FROM news",
        source.database);
    const auto settings = municipal();
    const auto first = make_plan(source, modules({"conteudo"}, rows_wanted::none), settings, {tenant});
    carry_out(source, first);
    tenant.database = first.tenants.at(0).database;
    const auto nullable = make_plan(source, modules({"comunicacao"}, rows_wanted::own), settings, {tenant});
    const std::string words = "fail: rows of \"social_media_posts\" point to \"news\", which stands in";
    EXPECT_FALSE(nullable.blocked()) << findings_text(nullable);
    EXPECT_TRUE(found(nullable, warns, "may " + words)) << findings_text(nullable);

    shared_postgres().psql("ALTER TABLE social_media_posts ALTER news_id SET NOT NULL", source.database);
    const auto certain = make_plan(source, modules({"comunicacao"}, rows_wanted::own), settings, {tenant});
    EXPECT_TRUE(found(certain, blocks, "would " + words)) << findings_text(certain);

    const auto both =
        make_plan(source, modules({"comunicacao", "conteudo"}, rows_wanted::own), settings, {tenant});
    EXPECT_FALSE(found(both, blocks, words)) << findings_text(both);
}

TEST(existing_database, an_interrupted_city_is_taken_up_where_it_stopped)
{
    const auto source = nasty_database();
    const auto settings = with_pattern();
    const auto tenant = tenant_named("one");
    const auto first = make_plan(source, everything(rows_wanted::all), settings, {tenant});
    carry_out(source, first, job_kind::after_rows);
    const auto second = make_plan(source, everything(rows_wanted::all), settings, {tenant});
    ASSERT_FALSE(second.blocked()) << findings_text(second);
    carry_out(source, second);
    const auto target = source.with_database(second.tenants.at(0).database);
    EXPECT_EQ(difference(schema_of(source, table_names(second)), schema_of(target, table_names(second))), "");
    EXPECT_EQ(shared_postgres().psql("SELECT count(*) FROM customers", target.database), "500\n");
}

/// Keys and triggers of tables that stood before and get rows. What `rollout cancel` promises: the same command
/// brings them back, wherever the first one ended.
class set_aside : public testing::TestWithParam<job_kind> {};

TEST_P(set_aside, comes_back_with_the_rerun)
{
    const auto source = nasty_database();
    auto settings = with_pattern();
    if (GetParam() != job_kind::after_rows) settings.small_table_bytes = 0; // a job for each step
    const auto tenant = tenant_named("one");
    const auto empty = make_plan(source, everything(rows_wanted::none), settings, {tenant});
    carry_out(source, empty);
    const auto target = source.with_database(empty.tenants.at(0).database);
    const auto tables = table_names(empty);
    const auto cut = make_plan(source, everything(rows_wanted::all), settings, {tenant});
    ASSERT_FALSE(cut.blocked()) << findings_text(cut);
    carry_out(source, cut, GetParam());
    ASSERT_NE(difference(schema_of(source, tables), schema_of(target, tables)), "");
    const auto again = make_plan(source, everything(rows_wanted::all), settings, {tenant});
    ASSERT_FALSE(again.blocked()) << findings_text(again);
    carry_out(source, again);
    EXPECT_EQ(difference(schema_of(source, tables), schema_of(target, tables)), "");
}

INSTANTIATE_TEST_SUITE_P(existing_database, set_aside,
                         testing::Values(job_kind::copy, job_kind::foreign_keys, job_kind::finish_schema,
                                         job_kind::after_rows),
                         [](const auto& of) { return "before_" + std::string(to_string(of.param)); });

TEST(existing_database, an_invalid_index_is_no_index)
{
    const auto source = nasty_database();
    const auto settings = with_pattern();
    const auto tenant = tenant_named("one");
    const auto first = make_plan(source, everything(rows_wanted::none), settings, {tenant});
    carry_out(source, first);
    const auto database = first.tenants.at(0).database;
    const auto indexes = [&](const char* how) {
        return shared_postgres().psql("SELECT count(*) FROM pg_index x JOIN pg_class c ON c.oid = indexrelid "
                                      "WHERE relnamespace = 'public'::regnamespace AND " +
                                          std::string(how),
                                      database);
    };
    shared_postgres().psql(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = (SELECT min(x.indexrelid) "
        "FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_class t ON t.oid = "
        "x.indrelid WHERE c.relnamespace = 'public'::regnamespace AND t.relkind = 'r' AND NOT "
        "EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid))",
        database);
    ASSERT_EQ(indexes("NOT indisvalid"), "1\n");
    const auto again = make_plan(source, everything(rows_wanted::none), settings, {tenant});
    ASSERT_EQ(jobs_of(again, job_kind::after_rows), 1U);
    for (const auto& job : again.jobs)
        if (job.kind == job_kind::after_rows) {
            EXPECT_EQ(model::spec_from_json<model::after_rows_spec>(job.spec).indexes.size(), 1U);
        }
}

TEST(existing_database, foreign_keys_that_nobody_has_validated_are)
{
    const auto source = nasty_database();
    auto settings = with_pattern();
    settings.small_table_bytes = 0;
    const auto tenant = tenant_named("one");
    const auto first = make_plan(source, everything(rows_wanted::all), settings, {tenant});
    carry_out(source, first);
    const auto target = source.with_database(first.tenants.at(0).database);
    const auto unchecked = [](const pg::dsn& where) {
        return shared_postgres().psql(
            "SELECT conrelid::regclass, conname, confrelid::regclass FROM pg_constraint WHERE contype = 'f' "
            "AND NOT convalidated AND connamespace <> coalesce(to_regnamespace('tropeiro'), 0::regnamespace) "
            "ORDER BY 1, 2",
            where.database);
    };
    const auto as_in_source = unchecked(source);
    ASSERT_EQ(unchecked(target), as_in_source);
    // What a rollout leaves that ended between the two steps.
    shared_postgres().psql(
        "UPDATE pg_constraint k SET convalidated = false FROM pg_class t, pg_class r WHERE t.oid = conrelid "
        "AND "
        "r.oid = confrelid AND contype = 'f' AND t.relkind = 'r' AND r.relkind = 'r' AND conparentid = 0",
        target.database);
    ASSERT_NE(unchecked(target), as_in_source);
    const auto again = make_plan(source, everything(rows_wanted::all), settings, {tenant});
    ASSERT_FALSE(again.blocked()) << findings_text(again);
    carry_out(source, again);
    EXPECT_EQ(unchecked(target), as_in_source);
}

TEST(existing_database, rows_that_nobody_brought_are_refused_unless_they_are_to_go)
{
    const auto source = nasty_database();
    const auto settings = with_pattern();
    const auto tenant = tenant_named("one");
    const auto empty = make_plan(source, everything(rows_wanted::none), settings, {tenant});
    carry_out(source, empty);
    const auto database = empty.tenants.at(0).database;
    shared_postgres().psql("INSERT INTO base (id) VALUES (77)", database);
    auto request = everything(rows_wanted::all);
    const auto refused = make_plan(source, request, settings, {tenant});
    EXPECT_TRUE(found(refused, blocks, "table \"base\" holds rows that tropeiro did not bring"))
        << findings_text(refused);
    EXPECT_TRUE(refused.jobs.empty());

    request.on_existing = model::existing_rows::truncate;
    const auto replaced = make_plan(source, request, settings, {tenant});
    ASSERT_FALSE(replaced.blocked()) << findings_text(replaced);
    carry_out(source, replaced); // triggers that log and foreign keys that go in circles stand already
    const auto target = source.with_database(database);
    EXPECT_EQ(difference(schema_of(source, table_names(replaced)), schema_of(target, table_names(replaced))),
              "");
    EXPECT_EQ(shared_postgres().psql("SELECT count(*), min(id) FROM ONLY base", database), "2|1\n");
}

TEST(existing_database, merging_leaves_what_is_there_and_empties_nothing)
{
    const auto source = nasty_database();
    const auto settings = with_pattern();
    const auto tenant = tenant_named("one");
    const auto empty = make_plan(source, everything(rows_wanted::none), settings, {tenant});
    carry_out(source, empty);
    shared_postgres().psql("INSERT INTO base (id) VALUES (77)", empty.tenants.at(0).database);
    auto request = everything(rows_wanted::all);
    request.on_existing = model::existing_rows::merge;
    const auto p = make_plan(source, request, settings, {tenant});
    ASSERT_FALSE(p.blocked()) << findings_text(p);
    for (const auto& job : p.jobs) {
        if (job.kind == job_kind::copy) {
            EXPECT_EQ(model::spec_from_json<model::copy_spec>(job.spec).on_existing,
                      model::existing_rows::merge);
        } else if (job.kind == job_kind::restore_schema) {
            EXPECT_TRUE(model::spec_from_json<model::script_spec>(job.spec).truncate.empty());
        }
    }
    carry_out(source, p);
    EXPECT_EQ(shared_postgres().psql("SELECT count(*) FROM ONLY base", p.tenants.at(0).database), "3\n");
}

TEST(existing_database, cities_that_exist_and_lack_the_same_share_their_scripts)
{
    const auto source = conecta_database();
    const auto settings = municipal();
    const auto first =
        make_plan(source, modules({"educacao"}, rows_wanted::none), settings, {tenant_named("city-0")});
    carry_out(source, first);
    std::vector<model::tenant> tenants{tenant_named("city-0")};
    for (int i = 1; i < 12; ++i) { // copies of one that tropeiro made, each handed to its own tenant
        tenants.push_back(
            tenant_named(fmt::format("city-{}", i), fmt::format("00000000-0000-4000-8000-{:012}", i)));
        const auto name = model::database_name(settings.database_pattern, tenants.back().slug);
        shared_postgres().create_database(name, first.tenants.at(0).database);
        shared_postgres().psql("UPDATE tropeiro.identity SET tenant_id = '" + tenants.back().id.value + "'",
                               name);
    }
    const auto more =
        make_plan(source, modules({"educacao", "conteudo"}, rows_wanted::none), settings, tenants);
    ASSERT_FALSE(more.blocked()) << findings_text(more);
    EXPECT_EQ(more.scripts.size(), 3U) << "all lack the same";
}

} // namespace
} // namespace tropeiro::test

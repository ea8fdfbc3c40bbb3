#include "tests/integration/worker/provision/fixture.hpp"
#include "worker/copy/part_copier.hpp"
#include "worker/provision/publish.hpp"
#include "worker/provision/schema_step.hpp"
#include "worker/provision/sequences.hpp"
#include "worker/provision/verify.hpp"

namespace tropeiro::worker::provision {
namespace {

using test::run;

task<std::string> error_of(task<model::progress> job)
{
    try {
        co_await std::move(job);
    } catch (const failure& e) {
        co_return e.what() + (" " + e.hint());
    }
    co_return "";
}

task<boost::json::value> store_script(small_site& site, std::string body)
{
    auto c = co_await pg::connection::open(site.control);
    const auto rows = co_await c.query(
        "INSERT INTO tropeiro.schema_script (rollout_id, body) VALUES (1, $1) RETURNING id", body);
    const model::script_spec spec{rows.one().get<std::int64_t>(0), {{"public", "people"}}};
    co_return model::to_json(spec);
}

/// The table `people` with its rows on both sides, copied through the ledger.
task<model::copy_item> copy_people(small_site& site, pg::connection& target)
{
    constexpr auto table = "CREATE TABLE people (id bigint, name text)";
    auto source = co_await pg::connection::open(site.source);
    co_await source.execute(std::string(table) +
                            "; INSERT INTO people SELECT i, 'name ' || i FROM generate_series(1, 100) i");
    co_await target.execute(table);
    model::copy_item item;
    item.table = {"public", "people"};
    item.columns = {"id", "name"};
    const copy::claim who{model::rollout_id(1), 1, 1};
    const copy::copy_options options;
    co_await copy::copy_part(source, target, item, who, options, site.pulse);
    co_return item;
}

TEST(create_database, a_second_run_changes_nothing_and_another_tenant_is_refused)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        const model::create_database_spec spec{"UTF8", "C", "C", {}, 0};
        const auto again = site.job(model::job_kind::create_database, model::to_json(spec));
        co_await create_database(again);
        site.recife.id = model::tenant_id("22222222-2222-4222-8222-222222222222");
        const auto other = site.job(model::job_kind::create_database, model::to_json(spec));
        const auto said = co_await error_of(create_database(other));
        CO_ASSERT_NE(said.find("recife"), std::string::npos);
    });
}

TEST(restore_schema, runs_once_and_never_empties_what_was_copied_since)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        const auto spec = co_await store_script(site, "CREATE TABLE public.people (id bigint)");
        const auto first = site.job(model::job_kind::restore_schema, spec);
        co_await restore_schema(first);
        auto target = co_await site.enter();
        co_await target.execute("INSERT INTO people VALUES (1)");
        const auto late = site.job(model::job_kind::restore_schema, spec);
        co_await restore_schema(late);
        const auto rows = co_await number(target, "SELECT count(*) FROM people");
        CO_ASSERT_EQ(rows, 1);
    });
}

TEST(restore_schema, a_script_that_fails_leaves_nothing)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        const auto spec = co_await store_script(
            site, "CREATE TABLE public.people (id bigint); CREATE TABLE x (y nonsense)");
        const auto job = site.job(model::job_kind::restore_schema, spec);
        const auto said = co_await error_of(restore_schema(job));
        CO_ASSERT_NE(said.find("nonsense"), std::string::npos);
        auto target = co_await site.enter();
        const auto tables =
            co_await number(target, "SELECT count(*) FROM pg_tables WHERE tablename = 'people'");
        const auto steps = co_await number(target, "SELECT count(*) FROM tropeiro.applied_step");
        CO_ASSERT_EQ(tables + steps, 0);
    });
}

TEST(sequences, go_on_where_the_source_is)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        auto source = co_await pg::connection::open(site.source);
        co_await source.execute(
            "CREATE SEQUENCE used; SELECT setval('used', 41); CREATE SEQUENCE \"Unused\" START 7");
        auto target = co_await site.enter();
        co_await target.execute("CREATE SEQUENCE used; CREATE SEQUENCE \"Unused\" START 1");
        const model::sequences_spec spec{{{"public", "used"}, {"public", "Unused"}}};
        const auto job = site.job(model::job_kind::sequences, model::to_json(spec));
        co_await set_sequences(job);
        const auto used = co_await number(target, "SELECT nextval('used')");
        const auto unused = co_await number(target, "SELECT nextval('\"Unused\"')");
        CO_ASSERT_EQ(used, 42);
        CO_ASSERT_EQ(unused, 7);
        co_await target.execute("SELECT setval('used', 100)");
        const auto again = site.job(model::job_kind::sequences, model::to_json(spec));
        co_await set_sequences(again);
        const auto kept = co_await number(target, "SELECT nextval('used')");
        CO_ASSERT_EQ(kept, 101); // never backwards
    });
}

task<bool> marked_verified(pg::connection& target)
{
    const auto rows =
        co_await target.query("SELECT verified FROM tropeiro.table_ledger WHERE table_name = 'people'");
    co_return rows.one().get<bool>(0);
}

TEST(verify, rows_as_they_were_sent_pass)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        auto target = co_await site.enter();
        const auto item = co_await copy_people(site, target);
        const model::verify_spec spec{{item}};
        const auto job = site.job(model::job_kind::verify, model::to_json(spec));
        const auto said = co_await error_of(verify(job));
        CO_ASSERT_EQ(said, "");
        const bool known = co_await marked_verified(target);
        CO_ASSERT_TRUE(known);
    });
}

TEST(verify, a_changed_a_lost_and_a_doubled_row_are_each_found)
{
    run([]() -> task<> {
        for (const auto* damage :
             {"UPDATE people SET name = 'name 8' WHERE id = 7", "DELETE FROM people WHERE id = 7",
              "INSERT INTO people SELECT * FROM people WHERE id = 7",
              "DELETE FROM people WHERE id = 7; INSERT INTO people SELECT * FROM people WHERE id = 8"}) {
            small_site site;
            co_await site.prepare();
            auto target = co_await site.enter();
            const auto item = co_await copy_people(site, target);
            co_await target.execute(damage);
            const model::verify_spec spec{{item}};
            const auto job = site.job(model::job_kind::verify, model::to_json(spec));
            const auto said = co_await error_of(verify(job));
            CO_ASSERT_NE(said.find("table people"), std::string::npos);
            const bool known = co_await marked_verified(target);
            CO_ASSERT_FALSE(known);
        }
    });
}

TEST(publish, twice_gives_one_line_a_table_and_the_citys_address)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        auto target = co_await site.enter();
        co_await copy_people(site, target);
        const model::publish_spec spec{{{"educacao", {{"public", "people"}}}},
                                       "postgresql://db/conecta_recife"};
        for (int times = 0; times < 2; ++times) {
            const auto job = site.job(model::job_kind::publish, model::to_json(spec));
            co_await publish(job);
        }
        auto control = co_await pg::connection::open(site.control);
        const auto lines = co_await control.query("SELECT module_name, table_name, status, rows, receipt <> "
                                                  "'' AS proved FROM tenant_module_log ORDER BY table_name");
        CO_ASSERT_EQ(lines.size(), 2U);
        CO_ASSERT_EQ(lines[0].get<std::string>("table_name"), "people");
        CO_ASSERT_EQ(lines[0].get<std::int64_t>("rows"), 100);
        CO_ASSERT_TRUE(lines[0].get<bool>("proved"));
        const auto city =
            co_await control.query("SELECT slug, name, db_url FROM public.cities WHERE slug = 'recife'");
        CO_ASSERT_EQ(city.one().get<std::string>("db_url"), "postgresql://db/conecta_recife");
        const auto modules =
            co_await control.query("SELECT array_to_string(modules_subscribed, ',') FROM tenant_registry");
        CO_ASSERT_EQ(modules.one().get<std::string>(0), "educacao");
    });
}

TEST(publish, merged_tables_and_those_of_an_earlier_rollout_are_not_called_proved)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        auto target = co_await site.enter();
        co_await copy_people(site, target);
        co_await target.execute(
            "INSERT INTO tropeiro.table_ledger (schema_name, table_name, rollout_id, epoch, parts, merged) "
            "VALUES ('public', 'merged', 1, 1, 1, true), ('public', 'older', 0, 1, 1, false); "
            "INSERT INTO tropeiro.copy_ledger (schema_name, table_name, part, fence, rows, receipt, done) "
            "SELECT 'public', t, 0, 1, 5, repeat('0', 32), true FROM unnest('{merged,older}'::text[]) t");
        const std::vector<model::table_name> tables{
            {"public", "people"}, {"public", "merged"}, {"public", "older"}, {"public", "without_rows"}};
        const model::publish_spec spec{{{"educacao", tables}}, ""};
        const auto job = site.job(model::job_kind::publish, model::to_json(spec));
        co_await publish(job);
        auto control = co_await pg::connection::open(site.control);
        const auto lines = co_await control.query(
            "SELECT string_agg(concat_ws(' ', table_name, action, rows, "
            "CASE WHEN receipt <> '' THEN 'proved' END), '; ' ORDER BY table_name) FROM tenant_module_log "
            "WHERE table_name IS NOT NULL");
        CO_ASSERT_EQ(lines.one().get<std::string>(0),
                     "merged provision 5; older keep 5; people provision 100 "
                     "proved; without_rows provision 0");
    });
}

} // namespace
} // namespace tropeiro::worker::provision

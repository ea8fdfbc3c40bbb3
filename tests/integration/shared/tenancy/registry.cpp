#include "shared/tenancy/registry.hpp"

#include "shared/tenancy/control_schema.hpp"
#include "shared/tenancy/module_log.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

#include <functional>

namespace tropeiro::tenancy {
namespace {

using test::fresh_database;
using test::run;

constexpr const char* two_cities = "INSERT INTO cities (id, name, slug) VALUES "
                                   "('aaaaaaaa-0000-0000-0000-000000000001', 'Recife', 'recife'), "
                                   "('aaaaaaaa-0000-0000-0000-000000000002', 'Olinda', 'olinda')";

/// A control database with two cities, and the test's body on a connection to it.
void with_cities(std::function<task<>(pg::connection&, cities_table)> body, std::string before = {})
{
    const auto where = fresh_database("registry");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        if (!before.empty()) co_await control.execute(before);
        co_await install_control_schema(control, true);
        co_await control.execute(two_cities);
        auto cities = co_await cities_table::bind(control);
        co_await body(control, std::move(cities));
    });
}

task<std::string> what_it_throws(task<model::tenant> work)
{
    try {
        co_await std::move(work);
    } catch (const failure& f) {
        co_return std::string(to_string(f.kind())) + ": " + f.what();
    }
    co_return "nothing";
}

TEST(registry, cities_become_tenants_with_the_citys_id_once)
{
    with_cities([](pg::connection& control, cities_table cities) -> task<> {
        const auto first = co_await register_cities(control, cities);
        const std::vector<std::string> both{"olinda", "recife"};
        CO_ASSERT_EQ(first.added, both);
        const auto second = co_await register_cities(control, cities);
        CO_ASSERT_TRUE(second.added.empty());
        const auto tenants = co_await list_tenants(control, cities);
        CO_ASSERT_EQ(tenants.size(), 2U);
        CO_ASSERT_EQ(tenants[1].slug, "recife");
        CO_ASSERT_EQ(tenants[1].id.value, "aaaaaaaa-0000-0000-0000-000000000001");
    });
}

TEST(registry, cities_that_are_not_registered_yet_can_be_listed_behind_the_tenants)
{
    with_cities([](pg::connection& control, cities_table cities) -> task<> {
        new_tenant zelda;
        zelda.slug = "zelda";
        co_await add_tenant(control, cities, zelda);
        new_tenant olinda;
        olinda.slug = "olinda";
        co_await add_tenant(control, cities, olinda);
        const auto all = co_await list_tenants_and_cities(control, cities);
        CO_ASSERT_EQ(all.size(), 3U);
        CO_ASSERT_EQ(all[0].slug, "olinda");
        CO_ASSERT_EQ(all[1].slug, "zelda");
        CO_ASSERT_EQ(all[2].slug, "recife");
        CO_ASSERT_EQ(all[2].id.value, "aaaaaaaa-0000-0000-0000-000000000001");
        const auto registered = co_await list_tenants(control, cities);
        CO_ASSERT_EQ(registered.size(), 2U);
    });
}

TEST(registry, a_city_whose_id_is_no_uuid_is_refused_by_name)
{
    const auto where = fresh_database("registry");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await control.execute("CREATE TABLE cities (id text, name text, slug text, db_url text);"
                                 "INSERT INTO cities VALUES ('city-7', 'Recife', 'recife')");
        co_await install_control_schema(control, true);
        const auto cities = co_await cities_table::bind(control);
        const auto required = co_await what_it_throws(require_tenant(control, cities, "recife"));
        CO_ASSERT_NE(required.find("cities table cities has an id that is no uuid"), std::string::npos);
        CO_ASSERT_NE(required.find("city-7"), std::string::npos);
        new_tenant wanted;
        wanted.slug = "recife";
        const auto added = co_await what_it_throws(add_tenant(control, cities, wanted));
        CO_ASSERT_EQ(added, required);
    });
}

TEST(registry, a_name_follows_the_city)
{
    with_cities([](pg::connection& control, cities_table cities) -> task<> {
        co_await register_cities(control, cities);
        co_await control.execute("UPDATE cities SET name = 'Cidade do Recife' WHERE slug = 'recife'");
        const auto sync = co_await register_cities(control, cities);
        CO_ASSERT_EQ(sync.renamed.size(), 1U);
        const auto tenant = co_await require_tenant(control, cities, "recife");
        CO_ASSERT_EQ(tenant.name, "Cidade do Recife");
    });
}

TEST(registry, two_ids_for_one_slug_are_reported_and_refused_and_nothing_is_guessed)
{
    with_cities([](pg::connection& control, cities_table cities) -> task<> {
        co_await control.execute("INSERT INTO tenant_registry (tenant_id, tenant_slug, tenant_name) VALUES "
                                 "('bbbbbbbb-0000-0000-0000-000000000009', 'recife', 'Other')");
        const auto sync = co_await register_cities(control, cities);
        CO_ASSERT_EQ(sync.conflicts.size(), 1U);
        const auto said = co_await what_it_throws(require_tenant(control, cities, "recife"));
        CO_ASSERT_TRUE(said.starts_with("conflict: city \"recife\" is registered as tenant bbbbbbbb"));
    });
}

TEST(registry, an_unknown_slug_is_a_city_not_found_in_cities_table)
{
    with_cities([](pg::connection& control, cities_table cities) -> task<> {
        const auto said = co_await what_it_throws(require_tenant(control, cities, "atlantida"));
        CO_ASSERT_EQ(said, "not_found: City not found in cities table: atlantida");
    });
}

TEST(registry, a_city_inserted_later_is_found_without_a_sync)
{
    with_cities([](pg::connection& control, cities_table cities) -> task<> {
        co_await control.execute("INSERT INTO cities (name, slug) VALUES ('Jaboatão', 'jaboatao')");
        const auto tenant = co_await require_tenant(control, cities, "jaboatao");
        CO_ASSERT_EQ(tenant.name, "Jaboatão");
    });
}

TEST(registry, a_tenant_is_added_once_and_a_slug_must_be_one)
{
    with_cities([](pg::connection& control, cities_table cities) -> task<> {
        new_tenant acme{"acme", "Acme Corp", "admin@acme.com"};
        const auto tenant = co_await add_tenant(control, cities, acme);
        CO_ASSERT_EQ(tenant.id.value.size(), 36U);
        const auto again = co_await what_it_throws(add_tenant(control, cities, acme));
        CO_ASSERT_EQ(again, "conflict: tenant \"acme\" is registered already");
        new_tenant bad{"Acme Corp!", "", ""};
        const auto refused = co_await what_it_throws(add_tenant(control, cities, bad));
        CO_ASSERT_TRUE(refused.starts_with("usage: "));
        new_tenant city{"olinda", "Olinda", ""};
        const auto olinda = co_await add_tenant(control, cities, city);
        CO_ASSERT_EQ(olinda.id.value, "aaaaaaaa-0000-0000-0000-000000000002");
    });
}

TEST(registry, placing_a_module_shows_in_the_older_columns_and_in_the_list)
{
    with_cities([](pg::connection& control, cities_table cities) -> task<> {
        co_await register_cities(control, cities);
        const auto id = model::tenant_id("aaaaaaaa-0000-0000-0000-000000000001");
        for (const auto& placed : std::vector<std::vector<std::string>>{
                 {"saude"}, {"educacao", "educacao"}, {"saude", "educacao"}})
            co_await place_modules(control, id, placed, "conecta_recife");
        co_await cities.set_db_url(control, "recife", "postgresql://db/conecta_recife");
        const auto tenant = co_await require_tenant(control, cities, "recife");
        const std::vector<std::string> modules{"educacao", "saude"};
        CO_ASSERT_EQ(tenant.modules, modules);
        CO_ASSERT_EQ(tenant.database, "conecta_recife");
        CO_ASSERT_EQ(tenant.db_url, "postgresql://db/conecta_recife");
        const auto row = co_await control.query(
            "SELECT modules_subscribed FROM tenant_registry WHERE tenant_slug = 'recife'");
        CO_ASSERT_EQ(row.one().get<std::vector<std::string>>(0), modules);
    });
}

TEST(cities_table, publishing_writes_db_url_and_a_tenant_without_city_is_told)
{
    with_cities([](pg::connection& control, cities_table cities) -> task<> {
        const bool written = co_await cities.set_db_url(control, "recife", "postgresql://db/x");
        CO_ASSERT_TRUE(written);
        const bool unknown = co_await cities.set_db_url(control, "acme", "postgresql://db/y");
        CO_ASSERT_FALSE(unknown);
        const auto city = co_await cities.find(control, "recife");
        CO_ASSERT_TRUE(city.has_value());
        CO_ASSERT_EQ(city->db_url, "postgresql://db/x");
    });
}

TEST(cities_table, without_a_db_url_column_cities_are_read_and_publishing_says_what_to_do)
{
    with_cities(
        [](pg::connection& control, cities_table cities) -> task<> {
            CO_ASSERT_FALSE(cities.has_db_url());
            const auto city = co_await cities.find(control, "olinda");
            CO_ASSERT_TRUE(city.has_value());
            const auto tenant = co_await require_tenant(control, cities, "recife");
            CO_ASSERT_EQ(tenant.db_url, "");
            std::string hint;
            try {
                co_await cities.set_db_url(control, "recife", "x");
            } catch (const failure& f) {
                hint = f.hint();
            }
            CO_ASSERT_EQ(hint, "ALTER TABLE \"public\".\"cities\" ADD COLUMN db_url text;");
        },
        "CREATE TABLE cities (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text, slug text UNIQUE)");
}

TEST(module_log, a_publish_that_runs_twice_writes_its_lines_once)
{
    with_cities([](pg::connection& control, cities_table cities) -> task<> {
        co_await register_cities(control, cities);
        module_log_line table;
        table.tenant = model::tenant_id("aaaaaaaa-0000-0000-0000-000000000001");
        table.module_name = "educacao";
        table.schema_name = "public";
        table.table_name = "students";
        table.status = log_provisioned;
        table.rollout = 7;
        table.rows = 10;
        table.receipt = "10:abc";
        auto whole = table;
        whole.table_name.reset();
        whole.receipt.reset();
        const std::vector<module_log_line> lines{table, whole};
        co_await write_module_log(control, lines);
        co_await write_module_log(control, lines);
        module_log_filter of_recife;
        of_recife.tenant_slug = "recife";
        const auto read = co_await read_module_log(control, of_recife);
        CO_ASSERT_EQ(read.size(), 2U);
        module_log_filter of_other;
        of_other.rollout = 8;
        const auto none = co_await read_module_log(control, of_other);
        CO_ASSERT_TRUE(none.empty());
    });
}

TEST(module_log, lines_outside_a_rollout_are_all_kept)
{
    with_cities([](pg::connection& control, cities_table cities) -> task<> {
        co_await register_cities(control, cities);
        module_log_line line;
        line.tenant = model::tenant_id("aaaaaaaa-0000-0000-0000-000000000001");
        line.module_name = "educacao";
        line.status = "failed";
        line.error = "it's \"broken\"\\";
        const std::vector<module_log_line> lines{line, line};
        co_await write_module_log(control, lines);
        const auto read = co_await read_module_log(control, module_log_filter());
        CO_ASSERT_EQ(read.size(), 2U);
        CO_ASSERT_EQ(*read[0].error, *line.error);
    });
}

} // namespace
} // namespace tropeiro::tenancy

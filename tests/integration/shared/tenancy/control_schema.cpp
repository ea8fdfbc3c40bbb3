#include "shared/tenancy/control_schema.hpp"

#include "shared/model/job.hpp"
#include "shared/rt/task_group.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

namespace tropeiro::tenancy {
namespace {

using test::fresh_database;
using test::run;
using test::shared_postgres;

// The reference document's statements, as they stand there.
constexpr const char* insert_city =
    R"(INSERT INTO public.cities (name, slug, logo_url, primary_color, secondary_color, accent_color)
VALUES (
  'Recife',
  'recife',
  'https://example.com/logo.png',
  '#004AAD',
  '#F5C842',
  '#FFFFFF'
);)";
constexpr const char* select_city = "SELECT slug, name, db_url FROM public.cities WHERE slug = 'recife';";
constexpr const char* registry_join = R"(SELECT 
    t.tenant_name,
    l.module_name,
    l.schema_name,
    l.status,
    l.provisioned_at
FROM tenant_module_log l
JOIN tenant_registry t ON l.tenant_id = t.tenant_id
ORDER BY l.provisioned_at DESC;)";

template <class F>
void expect_failure(F work, error_kind kind, std::string_view text)
{
    try {
        run(work);
        ADD_FAILURE() << "nothing was thrown; expected: " << text;
    } catch (const failure& f) {
        EXPECT_EQ(f.kind(), kind) << f.what();
        EXPECT_NE(std::string(f.what()).find(text), std::string::npos) << f.what();
    }
}

TEST(control_schema, installs_into_an_empty_database_and_a_second_run_changes_nothing)
{
    const auto where = fresh_database("control");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        const auto first = co_await install_control_schema(control, true);
        CO_ASSERT_EQ(first.applied.size(), static_cast<std::size_t>(first.version));
        CO_ASSERT_TRUE(first.cities_created);
        CO_ASSERT_TRUE(first.cities_bound);
        const auto second = co_await install_control_schema(control, true);
        CO_ASSERT_TRUE(second.applied.empty());
        CO_ASSERT_FALSE(second.cities_created);
        CO_ASSERT_TRUE(second.cities_bound);
        CO_ASSERT_EQ(second.version, first.version);
        co_await require_control_schema(control);
    });
}

TEST(control_schema, checks_are_the_same_kinds_in_sql_as_in_the_model)
{
    const auto where = fresh_database("control");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await install_control_schema(control, false);
        const auto kinds = model::job_kinds();
        for (const auto kind : kinds) {
            const auto name = std::string(model::to_string(kind));
            const auto answer = co_await control.query("SELECT tropeiro.is_check($1)", name);
            EXPECT_EQ(answer.one().get<bool>(0), model::is_check(kind)) << name;
        }
    });
}

TEST(control_schema, without_cities_none_are_made)
{
    const auto where = fresh_database("control");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        const auto done = co_await install_control_schema(control, false);
        CO_ASSERT_FALSE(done.cities_bound);
        const auto table = co_await control.query("SELECT to_regclass('public.cities') IS NULL");
        CO_ASSERT_TRUE(table.one().get<bool>(0));
    });
}

TEST(control_schema, an_existing_cities_table_is_bound_and_the_documents_statements_run_verbatim)
{
    const auto where = fresh_database("control");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await control.execute(
            "CREATE TABLE public.cities (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text "
            "NOT NULL, slug text UNIQUE NOT NULL, logo_url text, primary_color text, "
            "secondary_color text, accent_color text, db_url text, mayor text)");
        co_await control.execute(insert_city);
        const auto done = co_await install_control_schema(control, true);
        CO_ASSERT_FALSE(done.cities_created);
        CO_ASSERT_TRUE(done.cities_bound);
        const auto city = co_await control.query(select_city);
        CO_ASSERT_EQ(city.one().get<std::string>("name"), "Recife");
        CO_ASSERT_TRUE(city.one().is_null("db_url"));
    });
}

TEST(control_schema, the_cities_table_it_makes_takes_the_documents_statements)
{
    const auto where = fresh_database("control");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await install_control_schema(control, true);
        co_await control.execute(insert_city);
        const auto city = co_await control.query(select_city);
        CO_ASSERT_EQ(city.size(), 1U);
    });
}

TEST(control_schema, subscribing_by_the_documents_call_is_idempotent_and_shows_in_its_join)
{
    const auto where = fresh_database("control");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await install_control_schema(control, false);
        co_await control.execute("INSERT INTO tenant_registry (tenant_id, tenant_slug, tenant_name) VALUES "
                                 "('11111111-1111-1111-1111-111111111111', 'acme', 'Acme Corp')");
        constexpr const char* call =
            "CALL subscribe_tenant_to_module('11111111-1111-1111-1111-111111111111'::uuid, 'finance', "
            "'finance_acme');";
        co_await control.execute(call);
        co_await control.execute(call);
        const auto joined = co_await control.query(registry_join);
        CO_ASSERT_EQ(joined.size(), 1U);
        CO_ASSERT_EQ(joined[0].get<std::string>("schema_name"), "finance_acme");
        const auto tenant =
            co_await control.query("SELECT array_to_string(modules_subscribed, ', ') AS modules, "
                                   "finance_schema FROM tenant_registry WHERE tenant_slug = 'acme'");
        CO_ASSERT_EQ(tenant.one().get<std::string>("modules"), "finance");
        CO_ASSERT_EQ(tenant.one().get<std::string>("finance_schema"), "finance_acme");
    });
}

TEST(control_schema, a_registry_that_was_here_before_keeps_its_rows_and_subscriptions)
{
    const auto where = fresh_database("control");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await control.execute(
            "CREATE TABLE tenant_registry (tenant_id uuid PRIMARY KEY, tenant_slug varchar(50) UNIQUE NOT "
            "NULL, "
            "tenant_name varchar(200) NOT NULL, email text, modules_subscribed text[] NOT NULL DEFAULT '{}', "
            "operations_schema text, finance_schema text, is_active boolean NOT NULL DEFAULT true);"
            "CREATE TABLE tenant_module_log (id serial PRIMARY KEY, tenant_id uuid NOT NULL, module_name "
            "text NOT NULL, "
            "schema_name text, status text NOT NULL, provisioned_at timestamptz NOT NULL DEFAULT now());"
            "INSERT INTO tenant_registry VALUES ('11111111-1111-1111-1111-111111111111', 'acme', 'Acme', "
            "null, "
            "'{operations,finance}', 'tenant_acme', 'finance_acme', true)");
        co_await install_control_schema(control, false);
        const auto placed =
            co_await control.query("SELECT module_name, schema_name FROM tropeiro.tenant_module ORDER BY 1");
        CO_ASSERT_EQ(placed.size(), 2U);
        CO_ASSERT_EQ(placed[0].get<std::string>("schema_name"), "finance_acme");
        co_await control.execute(
            "CALL subscribe_tenant_to_module('11111111-1111-1111-1111-111111111111'::uuid, 'hrms', "
            "'hrms_acme')");
        const auto tenant =
            co_await control.query("SELECT modules_subscribed, operations_schema FROM tenant_registry");
        const auto modules = tenant.one().get<std::vector<std::string>>(0);
        const std::vector<std::string> expected{"finance", "hrms", "operations"};
        CO_ASSERT_EQ(modules, expected);
        CO_ASSERT_EQ(tenant.one().get<std::string>(1), "tenant_acme");
    });
}

TEST(control_schema, a_changed_text_of_an_applied_migration_is_an_error)
{
    const auto where = fresh_database("control");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await install_control_schema(control, false);
        co_await control.execute(
            "UPDATE tropeiro.control_migration SET checksum = 'other' WHERE version = 1");
    });
    const auto again = [&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await install_control_schema(control, false);
    };
    expect_failure(again, error_kind::conflict, "applied with another text");
}

TEST(control_schema, a_failure_leaves_nothing_behind)
{
    const auto where = fresh_database("control");
    run([&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await control.execute("CREATE TABLE public.tenant_module_log (unlike text)");
        bool threw = false;
        try {
            co_await install_control_schema(control, true);
        } catch (const pg::error&) {
            threw = true;
        }
        CO_ASSERT_TRUE(threw);
        CO_ASSERT_TRUE(control.usable());
        const auto left = co_await control.query("SELECT to_regclass('tropeiro.control_migration') IS NULL "
                                                 "AND to_regclass('public.tenant_registry') IS NULL");
        CO_ASSERT_TRUE(left.one().get<bool>(0));
    });
}

task<> install_into(pg::dsn where, std::vector<installed>& done)
{
    auto control = co_await pg::connection::open(where);
    auto mine = co_await install_control_schema(control, true);
    done.push_back(std::move(mine));
}

TEST(control_schema, is_installed_once_by_many_at_the_same_time)
{
    const auto where = fresh_database("control");
    std::vector<installed> done;
    run([&]() -> task<> {
        const auto executor = co_await asio::this_coro::executor;
        rt::task_group many(executor);
        for (int i = 0; i < 4; ++i)
            many.spawn(install_into(where, done));
        co_await many.join();
    });
    std::size_t applied = 0;
    std::size_t made_cities = 0;
    for (const auto& one : done) {
        applied += one.applied.size();
        made_cities += one.cities_created ? 1U : 0U;
    }
    ASSERT_EQ(done.size(), 4U);
    EXPECT_EQ(applied, static_cast<std::size_t>(done.front().version));
    EXPECT_EQ(made_cities, 1U);
}

TEST(control_schema, a_database_without_it_is_told_to_run_init)
{
    const auto where = fresh_database("control");
    const auto ask = [&]() -> task<> {
        auto control = co_await pg::connection::open(where);
        co_await require_control_schema(control);
    };
    expect_failure(ask, error_kind::failed, "the control schema is missing or older; run tropeiro init");
}

} // namespace
} // namespace tropeiro::tenancy

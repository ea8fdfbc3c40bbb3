#include "tests/integration/worker/provision/fixture.hpp"
#include "worker/provision/template_database.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace tropeiro::worker::provision {
namespace {

using namespace asio::experimental::awaitable_operators;
using test::run;
using test::shared_postgres;

/// A specification whose script is stored; its template's name is new.
task<model::create_database_spec> with_script(small_site& site, std::string body)
{
    auto c = co_await pg::connection::open(site.control);
    const auto rows = co_await c.query(
        "INSERT INTO tropeiro.schema_script (rollout_id, body) VALUES (1, $1) RETURNING id", body);
    model::create_database_spec spec{"UTF8", "C", "C", test::unique_name("schema"), 0};
    spec.script = rows.one().get<std::int64_t>(0);
    co_return spec;
}

std::string answer(const std::string& sql, const std::string& database = "postgres")
{
    auto text = shared_postgres().psql(sql, database);
    text.resize(text.find_last_not_of('\n') + 1);
    return text;
}

std::string databases_like(const model::create_database_spec& spec)
{
    return answer("SELECT string_agg(datname || ' ' || datallowconn, ', ' ORDER BY datname) FROM pg_database "
                  "WHERE datname LIKE '" +
                  spec.template_name + "%'");
}

context::job_context city(small_site& site, const std::string& database,
                          const model::create_database_spec& spec)
{
    site.database = database;
    return site.job(model::job_kind::create_database, model::to_json(spec));
}

TEST(template_database, two_cities_are_made_from_one_that_nobody_can_enter)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        const auto spec = co_await with_script(site, "CREATE TABLE public.people (id bigint PRIMARY KEY)");
        const auto one = city(site, test::unique_name("one"), spec);
        const auto two = city(site, test::unique_name("two"), spec);
        auto both = create_database(one) && create_database(two);
        co_await std::move(both);
        CO_ASSERT_EQ(databases_like(spec), spec.template_name + " false");
        for (const auto& name : {one.database, two.database}) {
            CO_ASSERT_EQ(answer("SELECT count(*) FROM people", name), "0");
            CO_ASSERT_EQ(answer("SELECT tenant_slug FROM tropeiro.identity", name), "recife");
        }
        CO_ASSERT_EQ(answer("SELECT step FROM tropeiro.applied_step", one.database), spec.template_name);
        co_await create_database(one); // harmless
    });
}

TEST(template_database, a_script_that_fails_leaves_nothing_and_says_why)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        const auto spec = co_await with_script(site, "CREATE TABLE t (); CREATE TABLE t ()");
        const auto job = city(site, test::unique_name("broken"), spec);
        std::string said;
        try {
            co_await create_database(job);
        } catch (const pg::error& e) {
            said = e.what();
        }
        CO_ASSERT_NE(said.find("\"t\" already exists"), std::string::npos);
        CO_ASSERT_EQ(databases_like(spec), "");
        CO_ASSERT_EQ(answer("SELECT count(*) FROM pg_database WHERE datname = '" + job.database + "'"), "0");
    });
}

TEST(template_database, what_a_killed_worker_left_half_made_is_made_again)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        const auto spec = co_await with_script(site, "CREATE TABLE public.people ()");
        shared_postgres().create_database(spec.template_name + "_new");
        const auto job = city(site, test::unique_name("after"), spec);
        co_await create_database(job);
        CO_ASSERT_EQ(databases_like(spec), spec.template_name + " false");
        CO_ASSERT_EQ(answer("SELECT count(*) FROM people", job.database), "0");
    });
}

TEST(template_database, a_database_that_somebody_made_meanwhile_gets_the_schema_too)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        const auto spec = co_await with_script(site, "CREATE TABLE public.people ()");
        const auto job = city(site, test::unique_name("there"), spec);
        shared_postgres().create_database(job.database);
        co_await create_database(job);
        CO_ASSERT_EQ(answer("SELECT count(*) FROM people", job.database), "0");
        co_await create_database(job); // once is enough
    });
}

} // namespace
} // namespace tropeiro::worker::provision

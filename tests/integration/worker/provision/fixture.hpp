// A site of its own for each test - control, source and target databases on the shared server - and jobs made by
// hand, as a worker would get them.
#pragma once

#include "shared/tenancy/control_schema.hpp"
#include "shared/tenancy/registry.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"
#include "worker/context/site.hpp"
#include "worker/provision/create_database.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <optional>

namespace tropeiro::worker::provision {

struct small_site {
    pg::dsn control = test::fresh_database("control");
    pg::dsn source = test::fresh_database("source");
    std::string database = test::unique_name("recife");
    model::tenant recife;
    context::job_pulse pulse;
    std::optional<context::site> servers;
    std::int64_t next_job = 1;

    /// The control schema, the tenant, and the tenant's empty database.
    task<> prepare()
    {
        const auto executor = co_await asio::this_coro::executor;
        {
            auto c = co_await pg::connection::open(control);
            co_await tenancy::install_control_schema(c, true);
            const auto cities = co_await tenancy::cities_table::bind(c);
            co_await c.execute("INSERT INTO public.cities (name, slug) VALUES ('Recife', 'recife')");
            co_await tenancy::register_cities(c, cities);
            recife = co_await tenancy::require_tenant(c, cities, "recife");
            co_await c.execute("INSERT INTO tropeiro.rollout (title) VALUES ('test')");
        }
        context::site_addresses addresses{
            control, source, test::shared_postgres().dsn(), {"public", "cities"}};
        servers.emplace(executor, addresses, 2, "tester");
        const model::create_database_spec spec{"UTF8", "C", "C", {}, 0};
        const auto made = job(model::job_kind::create_database, model::to_json(spec));
        co_await create_database(made);
    }

    context::job_context job(model::job_kind kind, boost::json::value spec)
    {
        const auto id = model::job_id(next_job++);
        return {id,       1,    model::rollout_id(1), recife.id,     "recife",
                database, kind, std::move(spec),      log::logger(), *servers,
                pulse};
    }

    task<pg::connection> enter()
    {
        auto c = co_await pg::connection::open(test::shared_postgres().dsn(database));
        co_return c;
    }
};

/// The one number that a statement gives.
inline task<std::int64_t> number(pg::connection& c, std::string sql)
{
    const auto rows = co_await c.query(sql);
    co_return rows.one().get<std::int64_t>(0);
}

} // namespace tropeiro::worker::provision

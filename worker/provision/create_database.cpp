#include "worker/provision/create_database.hpp"

#include "shared/pg/quote.hpp"
#include "shared/tenancy/target_schema.hpp"
#include "worker/context/site.hpp"
#include "worker/provision/template_database.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tropeiro::worker::provision {
namespace {

/// Two workers may be here at once when a lease ran out: whoever comes second finds the database made.
bool made_meanwhile(const pg::error& e)
{
    return e.sqlstate() == "42P04" ||
           (e.sqlstate() == "23505" && e.message().find("pg_database") != std::string::npos);
}

task<> create_if_missing(const context::job_context& job, const model::create_database_spec& spec)
{
    auto admin = co_await job.servers.targets().administrate(job);
    const auto found = co_await admin.query("SELECT FROM pg_database WHERE datname = $1", job.database);
    if (!found.empty()) co_return;
    std::string sql = create_database_sql(job.database, spec);
    if (!spec.template_name.empty()) {
        co_await ensure_template(job, admin, spec);
        sql = fmt::format("CREATE DATABASE {} TEMPLATE {}", pg::quote_ident(job.database),
                          pg::quote_ident(spec.template_name));
    }
    try {
        co_await admin.execute(sql);
    } catch (const pg::error& e) {
        if (!made_meanwhile(e)) throw;
    }
}

} // namespace

std::string create_database_sql(const std::string& name, const model::create_database_spec& spec)
{
    return fmt::format("CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}",
                       pg::quote_ident(name), pg::quote_literal(spec.encoding),
                       pg::quote_literal(spec.collate), pg::quote_literal(spec.ctype));
}

task<model::progress> create_database(const context::job_context& job)
{
    const auto spec = model::spec_from_json<model::create_database_spec>(job.spec);
    co_await create_if_missing(job, spec);
    auto target = co_await job.servers.targets().enter_unclaimed(job);
    tenancy::target_identity owner{job.tenant, job.city};
    co_await tenancy::claim_target(*target, owner);
    co_await apply_schema(job, *target, spec);
    co_return model::progress{};
}

} // namespace tropeiro::worker::provision

#include "worker/provision/create_database.hpp"

#include "shared/pg/quote.hpp"
#include "shared/tenancy/target_schema.hpp"
#include "worker/context/site.hpp"
#include "worker/provision/template_database.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <optional>

namespace tropeiro::worker::provision {
namespace {

/// Two workers may be here at once when a lease ran out: whoever comes second finds the database made.
bool made_meanwhile(const pg::error& e)
{
    return e.sqlstate() == "42P04" ||
           (e.sqlstate() == "23505" && e.message().find("pg_database") != std::string::npos);
}

/// Whether this call made it.
task<bool> create_if_missing(const context::job_context& job, const model::create_database_spec& spec)
{
    auto admin = co_await job.servers.targets().administrate(job);
    const auto found = co_await admin->query("SELECT FROM pg_database WHERE datname = $1", job.database);
    if (!found.empty()) co_return false;
    std::string sql = create_database_sql(job.database, spec);
    if (!spec.template_name.empty()) {
        co_await ensure_template(job, *admin, spec);
        sql = fmt::format("CREATE DATABASE {} TEMPLATE {}", pg::quote_ident(job.database),
                          pg::quote_ident(spec.template_name));
    }
    bool ours = true;
    try {
        co_await admin->execute(sql);
    } catch (const pg::error& e) {
        if (!made_meanwhile(e)) throw;
        ours = false;
    }
    co_return ours;
}

/// An earlier attempt of this job made it and died before it could say so: nobody else makes databases from our
/// template and leaves them unclaimed.
task<bool> left_by_us(pg::connection& target, const model::create_database_spec& spec)
{
    const auto owner = co_await tenancy::read_identity(target);
    if (owner || spec.template_name.empty()) co_return false;
    const auto ours = co_await tenancy::made_from_template(target, spec.template_name);
    co_return ours;
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
    bool made = co_await create_if_missing(job, spec);
    auto target = co_await job.servers.targets().enter_unclaimed(job);
    if (!made) made = co_await left_by_us(*target, spec);
    tenancy::target_identity owner{job.tenant, job.city};
    const auto maker = made ? std::optional(job.rollout) : std::nullopt;
    co_await tenancy::claim_target(*target, owner, maker);
    co_await apply_schema(job, *target, spec, job.rollout);
    co_return model::progress{};
}

} // namespace tropeiro::worker::provision

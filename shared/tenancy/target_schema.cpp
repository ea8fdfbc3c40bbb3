#include "shared/tenancy/target_schema.hpp"

#include "shared/crypto/fingerprint.hpp"
#include "shared/pg/lock_poll.hpp"
#include "shared/pg/quote.hpp"
#include "shared/tenancy/in_transaction.hpp"
#include "shared/tenancy/sql_text.hpp"

#include <fmt/format.h>

namespace tropeiro::tenancy {
namespace {

constexpr std::int64_t claim_lock = 0x74726f70'0002;
constexpr std::chrono::seconds longest_wait{60};

task<> lock_claim(pg::connection& target)
{
    auto attempt = fmt::format("SELECT pg_try_advisory_xact_lock({})", claim_lock);
    const bool got = co_await pg::poll_lock(target, std::move(attempt), longest_wait, milliseconds(50));
    if (!got)
        throw failure(error_kind::unreachable,
                      fmt::format("another worker is still preparing database {}", target.where().where()));
}

failure foreign(const pg::connection& target, const target_identity& wanted, const target_identity& found)
{
    return failure(error_kind::refused,
                   fmt::format("database {} belongs to tenant \"{}\" ({}), not to \"{}\" ({})",
                               target.where().where(), found.slug, found.tenant.value, wanted.slug,
                               wanted.tenant.value),
                   "check target.database and the tenants' slugs: two of them lead to this database");
}

/// Written on the schema when everything of this version is in it.
std::string base_mark() { return "tropeiro's own tables, " + crypto::fingerprint(sql::target_base); }

task<> install_locked(pg::connection& target)
{
    const auto mark = base_mark();
    const auto found =
        co_await target.query("SELECT obj_description(to_regnamespace('tropeiro')::oid, 'pg_namespace') IS "
                              "NOT DISTINCT FROM $1",
                              mark);
    if (found.one().get<bool>(0)) co_return;
    co_await target.execute(
        fmt::format("{};\nCOMMENT ON SCHEMA tropeiro IS {}", sql::target_base, pg::quote_literal(mark)));
}

task<> claim_locked(pg::connection& target, const target_identity& owner,
                    std::optional<model::rollout_id> made_by)
{
    co_await lock_claim(target);
    const auto before = co_await read_identity(target);
    if (before && before->tenant != owner.tenant) throw foreign(target, owner, *before);
    co_await install_locked(target);
    co_await target.query("INSERT INTO tropeiro.identity (tenant_id, tenant_slug, created_by) "
                          "VALUES ($1::uuid, $2, $3::bigint) ON CONFLICT DO NOTHING",
                          owner.tenant, owner.slug, made_by);
}

} // namespace

task<std::optional<target_identity>> read_identity(pg::connection& target)
{
    const auto table = co_await target.query_prepared("SELECT to_regclass('tropeiro.identity') IS NOT NULL");
    if (!table.one().get<bool>(0)) co_return std::nullopt;
    const auto answer =
        co_await target.query_prepared("SELECT tenant_id, tenant_slug FROM tropeiro.identity");
    if (answer.empty()) co_return std::nullopt;
    target_identity found;
    found.tenant = answer.front().get<model::tenant_id>("tenant_id");
    found.slug = answer.front().get<std::string>("tenant_slug");
    co_return found;
}

task<> install_target_schema(pg::connection& target)
{
    auto work = install_locked(target);
    co_await in_transaction(target, std::move(work));
}

task<> claim_target(pg::connection& target, target_identity owner, std::optional<model::rollout_id> made_by)
{
    auto work = claim_locked(target, owner, made_by);
    co_await in_transaction(target, std::move(work));
}

task<std::optional<model::rollout_id>> made_by(pg::connection& target)
{
    const auto kept =
        co_await target.query("SELECT FROM pg_attribute WHERE attrelid = to_regclass('tropeiro.identity') "
                              "AND attname = 'created_by' AND NOT attisdropped");
    if (kept.empty()) co_return std::nullopt;
    const auto answer = co_await target.query("SELECT created_by FROM tropeiro.identity");
    if (answer.empty()) co_return std::nullopt;
    co_return answer.front().get<std::optional<model::rollout_id>>(0);
}

task<bool> made_from_template(pg::connection& target, std::string template_name)
{
    const auto table = co_await target.query("SELECT to_regclass('tropeiro.applied_step') IS NOT NULL");
    if (!table.one().get<bool>(0)) co_return false;
    const auto step = co_await target.query(
        "SELECT FROM tropeiro.applied_step WHERE rollout_id = 0 AND step = $1", template_name);
    co_return !step.empty();
}

task<> require_identity(pg::connection& target, target_identity owner)
{
    const auto found = co_await read_identity(target);
    if (!found)
        throw failure(error_kind::refused,
                      fmt::format("database {} was never prepared for tenant \"{}\"", target.where().where(),
                                  owner.slug),
                      "run its create_database job again: tropeiro tenant provision");
    if (found->tenant != owner.tenant) throw foreign(target, owner, *found);
}

} // namespace tropeiro::tenancy

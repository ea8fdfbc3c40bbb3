#include "shared/tenancy/control_schema.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/lock_poll.hpp"
#include "shared/pg/quote.hpp"
#include "shared/tenancy/control_migrations.hpp"
#include "shared/tenancy/in_transaction.hpp"
#include "shared/tenancy/sql_text.hpp"

#include <fmt/format.h>

namespace tropeiro::tenancy {
namespace {

constexpr std::int64_t install_lock = 0x74726f70'0001; // "trop", 1: advisory locks are per database
constexpr std::chrono::seconds longest_wait{60};

task<> lock_installation(pg::connection& control)
{
    auto attempt = fmt::format("SELECT pg_try_advisory_xact_lock({})", install_lock);
    const bool got = co_await pg::poll_lock(control, std::move(attempt), longest_wait, milliseconds(100));
    if (!got)
        throw failure(
            error_kind::conflict,
            fmt::format("another tropeiro is installing the control schema in {}", control.where().where()),
            "wait for it to end, then try again");
}

task<std::string> sha256(pg::connection& control, std::string text)
{
    const auto answer = co_await control.query("SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex')", text);
    co_return answer.one().get<std::string>(0);
}

task<std::vector<control_migration>> known_migrations(pg::connection& control)
{
    auto known = control_migrations();
    for (auto& one : known) {
        std::string body(one.body);
        one.checksum = co_await sha256(control, std::move(body));
    }
    co_return known;
}

task<std::vector<applied_migration>> applied_migrations(pg::connection& control)
{
    const auto answer = co_await control.query(
        "SELECT version, name, checksum FROM tropeiro.control_migration ORDER BY version");
    std::vector<applied_migration> applied;
    for (const auto row : answer)
        applied.push_back(
            {row.get<int>("version"), row.get<std::string>("name"), row.get<std::string>("checksum")});
    co_return applied;
}

task<> apply(pg::connection& control, control_migration one)
{
    std::string body(one.body);
    co_await control.execute(std::move(body));
    co_await control.query(
        "INSERT INTO tropeiro.control_migration (version, name, checksum) VALUES ($1, $2, $3)", one.version,
        one.name, one.checksum);
}

task<installed> install_locked(pg::connection& control, bool with_cities, model::table_name cities)
{
    co_await lock_installation(control);
    installed done;
    std::string own_table(sql::control_migration_table);
    co_await control.execute(std::move(own_table));
    const auto known = co_await known_migrations(control);
    const auto applied = co_await applied_migrations(control);
    const auto pending = pending_migrations(known, applied).value();
    for (const auto& one : pending) {
        co_await apply(control, one);
        done.applied.emplace_back(one.name);
    }
    done.version = known.back().version;

    const auto found = co_await cities_table::bind(control, cities);
    if (!found.exists() && with_cities) {
        auto create = text::replace_all(std::string(sql::cities), "{cities}", pg::qualified(cities));
        co_await control.execute(std::move(create));
        done.cities_created = true;
    }
    done.cities_bound = found.exists() || done.cities_created;
    co_return done;
}

} // namespace

task<installed> install_control_schema(pg::connection& control, bool with_cities, model::table_name cities)
{
    auto work = install_locked(control, with_cities, std::move(cities));
    co_return co_await in_transaction(control, std::move(work));
}

task<> require_control_schema(pg::connection& control)
{
    const auto needed = control_migrations().back().version;
    int found = 0;
    const auto table = co_await control.query("SELECT to_regclass('tropeiro.control_migration') IS NOT NULL");
    if (table.one().get<bool>(0)) {
        const auto newest =
            co_await control.query("SELECT coalesce(max(version), 0) FROM tropeiro.control_migration");
        found = newest.one().get<int>(0);
    }
    if (found < needed)
        throw schema_outdated(error_kind::failed, "the control schema is missing or older; run tropeiro init",
                              fmt::format("{} has version {} of it, this program needs {}",
                                          control.where().where(), found, needed));
}

} // namespace tropeiro::tenancy

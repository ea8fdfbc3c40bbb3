#include "worker/context/snapshot_relay.hpp"

#include "shared/base/clock.hpp"
#include "shared/pg/quote.hpp"
#include "shared/pg/table_hold.hpp"
#include "shared/rows/pinned_settings.hpp"
#include "shared/rt/backoff.hpp"
#include "shared/rt/deadline.hpp"
#include "shared/tenancy/copied_tables.hpp"
#include "worker/context/sql_text.hpp"
#include "worker/context/target_pools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace tropeiro::worker::context {

struct snapshot_reader::moment {
    model::rollout_id rollout;
    std::int32_t epoch = 0;
    std::string name; // ours, exported by `keeper`
    std::optional<snapshot_session> keeper;
    std::list<snapshot_session> idle;
    steady::time_point last_used = steady::now();
};

namespace {

constexpr std::chrono::seconds pool_patience{30};

/// Order matters to resuming: rows must come in the order of their places, so nothing may scan in parallel,
/// begin in the middle, or walk an index. A bitmap scan over an index on the tenant column stays possible: it
/// reads blocks in order.
std::vector<std::pair<std::string, std::string>> reader_settings()
{
    auto settings = rows::pinned_settings();
    for (const auto* name :
         {"row_security", "synchronize_seqscans", "enable_indexscan", "enable_indexonlyscan"})
        settings.emplace_back(name, "off");
    for (const auto* name : {"enable_seqscan", "enable_tidscan", "enable_bitmapscan"})
        settings.emplace_back(name, "on"); // a role may have them off
    settings.emplace_back("max_parallel_workers_per_gather", "0");
    settings.emplace_back("lock_timeout",
                          "60s"); // behind a migration that waits for us it would wait for ever
    return settings;
}

task<snapshot_session> open_session(pg::dsn source, std::string snapshot, std::string application_name)
{
    pg::connect_options options;
    options.application_name = std::move(application_name);
    options.settings = reader_settings();
    auto connection = co_await pg::connection::open(std::move(source), options);
    auto transaction =
        co_await pg::transaction::begin(connection, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
    co_await connection.execute("SET TRANSACTION SNAPSHOT " + pg::quote_literal(snapshot));
    co_return snapshot_session{std::move(connection), std::move(transaction)};
}

/// Not about the one snapshot: no other name would fare better.
bool is_about_the_server(const pg::error& e)
{
    return pg::is_connection_lost(e) || pg::is_retryable(e.sqlstate()) || e.sqlstate().starts_with("28");
}

/// An idle session may have died with the source's server, which only a question shows.
task<bool> answers(pg::connection& c)
{
    if (!c.usable()) co_return false;
    try {
        co_await c.query("SELECT 1");
        co_return true;
    } catch (const pg::error&) {
        co_return false;
    }
}

} // namespace

snapshot_reader::snapshot_reader(std::shared_ptr<moment> from, snapshot_session session)
    : from_(std::move(from)), session_(std::move(session))
{
}

snapshot_reader::~snapshot_reader()
{
    if (!from_) return;
    from_->last_used = steady::now();
    if (from_->keeper && session_.connection.usable()) from_->idle.push_back(std::move(session_));
}

std::int32_t snapshot_reader::epoch() const { return from_->epoch; }

snapshot_relay::snapshot_relay(pg::dsn source, pg::pool& control, std::string holder,
                               std::chrono::seconds patience)
    : source_(std::move(source)), control_(control), holder_(std::move(holder)), patience_(patience)
{
}

std::shared_ptr<snapshot_reader::moment> snapshot_relay::find(model::rollout_id rollout, std::int32_t epoch)
{
    for (const auto& held : moments_)
        if (held->rollout == rollout && held->epoch == epoch) return held;
    return nullptr;
}

task<std::shared_ptr<snapshot_reader::moment>>
snapshot_relay::import_any(model::rollout_id rollout, std::int32_t epoch, std::vector<std::string> names)
{
    for (const auto& name : names) {
        auto joined = std::make_shared<moment>();
        try {
            auto keeper = co_await open_session(source_, name, "tropeiro keeper " + holder_);
            const auto exported = co_await keeper.connection.query("SELECT pg_export_snapshot()");
            joined->name = exported.one().get<std::string>(0);
            joined->keeper.emplace(std::move(keeper));
        } catch (const pg::error& e) {
            if (is_about_the_server(e)) throw;
            continue; // a name whose transaction is over; the next one may be held still
        }
        joined->rollout = rollout;
        joined->epoch = epoch;
        co_return joined;
    }
    throw snapshot_lost(
        fmt::format("none of the {} snapshots of rollout {} is held any more", names.size(), rollout.value));
}

/// Somebody who has a stronger lock or waits for one is no reason to stop: whoever planned holds the tables too.
task<> snapshot_relay::hold(snapshot_reader::moment& joined, std::vector<model::table_name> tables)
{
    std::string trouble;
    try {
        co_await pg::hold_tables(joined.keeper->connection, std::move(tables));
    } catch (const pg::error& e) {
        if (e.sqlstate() != "55P03") throw;
        trouble = e.what();
    }
    if (!trouble.empty())
        log::warn("a rollout's tables are not held by this worker",
                  {{"rollout", joined.rollout.value}, {"error", trouble}});
}

task<std::shared_ptr<snapshot_reader::moment>> snapshot_relay::join(model::rollout_id rollout)
{
    auto control = co_await control_.acquire(pool_patience);
    const auto rows = co_await control->query(sql::live_snapshots, rollout);
    if (rows.empty())
        throw snapshot_lost(fmt::format("rollout {} has no open snapshot epoch", rollout.value));
    const auto epoch = rows[0].get<std::int32_t>("epoch");
    if (auto known = find(rollout, epoch)) co_return known;
    std::vector<std::string> names;
    for (const auto& row : rows)
        if (auto name = row.get<std::string>("name"); !name.empty()) names.push_back(std::move(name));
    auto joined = co_await import_any(rollout, epoch, std::move(names));
    auto tables = co_await tenancy::tables_to_copy(*control, rollout);
    co_await hold(*joined, std::move(tables));
    if (auto meanwhile = find(rollout, epoch)) co_return meanwhile; // another job of ours was faster
    moments_.push_back(joined);
    co_await control->query(sql::add_snapshot_name, rollout, epoch, joined->name, holder_);
    co_return joined;
}

task<snapshot_session> snapshot_relay::borrow(std::shared_ptr<moment> held)
{
    held->last_used = steady::now();
    while (!held->idle.empty()) {
        auto session = std::move(held->idle.back());
        held->idle.pop_back();
        const bool alive = co_await answers(session.connection);
        if (alive) co_return session;
    }
    try {
        auto session = co_await open_session(source_, held->name, "tropeiro reader " + holder_);
        co_return session;
    } catch (const pg::error& e) {
        // Our keeper may be gone. Forgotten here, the next attempt joins by another name.
        held->keeper.reset();
        moments_.remove(held);
        if (is_about_the_server(e)) throw;
        throw snapshot_lost(
            fmt::format("our own snapshot of rollout {} is gone: {}", held->rollout.value, e.what()));
    }
}

task<snapshot_reader> snapshot_relay::reader(model::rollout_id rollout)
{
    const auto until = steady::now() + patience_;
    rt::backoff pause(milliseconds(200), milliseconds(2'000));
    for (;;) {
        try {
            auto held = co_await join(rollout);
            auto session = co_await borrow(held);
            co_return snapshot_reader(held, std::move(session));
        } catch (const snapshot_lost&) {
            if (steady::now() >= until) throw;
        }
        co_await rt::sleep_for(pause.next() + milliseconds(100));
    }
}

task<> snapshot_relay::sweep(std::chrono::seconds unused_for)
{
    const auto limit = steady::now() - unused_for;
    std::vector<std::shared_ptr<moment>> over;
    for (const auto& held : moments_)
        if (held.use_count() == 1 && held->last_used < limit) over.push_back(held);
    for (const auto& held : over)
        moments_.remove(held);
    for (const auto& held : over) {
        auto control = co_await control_.acquire(pool_patience);
        co_await control->query(sql::drop_snapshot_name, held->rollout, held->epoch, held->name);
    }
}

} // namespace tropeiro::worker::context

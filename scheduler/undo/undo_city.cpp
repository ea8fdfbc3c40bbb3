#include "scheduler/undo/undo_city.hpp"

#include "scheduler/undo/target_database.hpp"
#include "shared/pg/quote.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/tenancy/target_schema.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tropeiro::scheduler::undo {
namespace {

/// One undoing. Lives in undo_city's frame.
class undoing {
  public:
    undoing(pg::connection& control, tenancy::cities_table cities, pg::dsn admin, undo_request what)
        : control_(control), cities_(std::move(cities)), admin_(std::move(admin)), what_(std::move(what))
    {
    }

    task<report> run()
    {
        city_ = co_await store::read_undoable(control_, what_.rollout, what_.slug);
        report_.city = city_.slug;
        report_.database = city_.database;
        report_.discards = what_.discard_changes;
        if (city_.finished) {
            report_.done = true;
            report_.earlier = true;
            co_return report_;
        }
        co_await see_what_was_published();
        co_await find_database();
        if (!report_.database_there)
            co_await finish();
        else
            co_await undo_in_database();
        co_return report_;
    }

  private:
    task<> see_what_was_published()
    {
        const auto kept = co_await control_.query(
            "SELECT FROM tropeiro.publication WHERE rollout_id = $1 AND tenant_id = $2::uuid", city_.rollout,
            city_.tenant);
        report_.published = !kept.empty();
    }

    task<> find_database()
    {
        auto admin = co_await pg::connection::open(admin_);
        const auto there = co_await admin.query("SELECT FROM pg_database WHERE datname = $1", city_.database);
        report_.database_there = !there.empty();
        const auto connected = co_await admin.query(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'",
            city_.database);
        report_.connections = connected.one().get<std::int64_t>(0);
    }

    task<> undo_in_database()
    {
        auto target = co_await enter(admin_, city_.database);
        report_.drops_database = co_await made_by_rollout(target, city_);
        if (!report_.drops_database) report_.connections = 0;
        const auto owner = co_await tenancy::read_identity(target);
        if (!owner && !report_.drops_database) {
            keep_unclaimed();
            co_await finish();
            co_return;
        }
        const bool kept_account = co_await keeps_account(target);
        auto tx = co_await pg::transaction::begin(target);
        if (owner && kept_account) co_await look_and_drop(target);
        const bool refuse = !what_.dry_run && !what_.discard_changes;
        if (refuse) refuse_when_changed(report_);
        if (what_.dry_run) {
            co_await tx.rollback();
            co_return;
        }
        co_await store::begin_undo(control_, cities_, city_.rollout, city_.slug);
        if (report_.drops_database) {
            co_await drop_database(); // ends `target`, whose locks have kept writers out until now
            target.mark_broken();
        } else {
            co_await tx.commit();
        }
        co_await note_finished();
    }

    task<> look_and_drop(pg::connection& target)
    {
        auto found = co_await look_at_tables(target, city_, report_.drops_database, what_.compare);
        if (report_.drops_database) {
            report_.changed = std::move(found.changed);
            report_.things.push_back({"database", city_.database, "dropped", ""});
            co_return;
        }
        report_.things = co_await drop_made(target, city_.rollout, std::move(found.to_empty));
        report_.changed = co_await lost_changes(target, report_.things, std::move(found.changed));
        report_.things.insert(report_.things.end(), found.keeping.begin(), found.keeping.end());
    }

    /// False in a database that the rollout never came to.
    static task<bool> keeps_account(pg::connection& target)
    {
        const auto table = co_await target.query("SELECT to_regclass('tropeiro.made_object') IS NOT NULL");
        co_return table.one().get<bool>(0);
    }

    void keep_unclaimed()
    {
        report_.things.push_back(
            {"database", city_.database, "stays",
             "it was never claimed for a tenant, and nothing says that this rollout made it"});
    }

    task<> drop_database()
    {
        auto admin = co_await pg::connection::open(admin_);
        co_await admin.execute(
            fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", pg::quote_ident(city_.database)));
    }

    task<> finish()
    {
        if (what_.dry_run) co_return;
        co_await store::begin_undo(control_, cities_, city_.rollout, city_.slug);
        co_await note_finished();
    }

    task<> note_finished()
    {
        report_.done = true;
        auto text = to_json(report_);
        co_await store::finish_undo(control_, city_.rollout, city_.slug, std::move(text));
    }

    pg::connection& control_;
    tenancy::cities_table cities_;
    pg::dsn admin_;
    undo_request what_;
    store::undoable_city city_;
    report report_;
};

/// One undoing of a city at a time. The lock is the session's: it goes with it, whatever happens.
task<> take_city(pg::connection& control, const std::string& slug)
{
    const auto got = co_await control.query(
        "SELECT pg_try_advisory_lock(hashtextextended('tropeiro undo ' || $1, 0))", slug);
    if (!got.one().get<bool>(0))
        throw failure(error_kind::conflict, fmt::format("{} is being undone by another command", slug));
}

} // namespace

task<report> undo_city(pg::connection& control, tenancy::cities_table cities, pg::dsn target_admin,
                       undo_request what)
{
    const auto slug = what.slug;
    co_await take_city(control, slug);
    std::exception_ptr thrown;
    report made;
    try {
        undoing work(control, std::move(cities), std::move(target_admin), std::move(what));
        made = co_await work.run();
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) {
        control.mark_broken(); // the lock goes with it
        std::rethrow_exception(thrown);
    }
    co_await control.query("SELECT pg_advisory_unlock(hashtextextended('tropeiro undo ' || $1, 0))", slug);
    co_return made;
}

} // namespace tropeiro::scheduler::undo

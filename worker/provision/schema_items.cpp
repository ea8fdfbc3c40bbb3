#include "worker/provision/schema_items.hpp"

#include "shared/pg/transaction.hpp"
#include "worker/context/site.hpp"
#include "worker/provision/made_objects.hpp"
#include "worker/provision/sql_text.hpp"

#include <boost/json.hpp>

namespace tropeiro::worker::provision {
namespace {

struct standing_item {
    bool found = false;
    std::string remnant; // the statement that takes an unusable index away, if there is one
};

task<standing_item> lock_item(pg::connection& target, const model::schema_item& item)
{
    // The lock is taken in a statement of its own: one that waited would look with a snapshot from before the
    // wait.
    co_await target.query(sql::lock_and_find_item, item.table.schema, item.table.name, item.name,
                          item.is_constraint);
    const auto looked = co_await target.query(sql::lock_and_find_item, item.table.schema, item.table.name,
                                              item.name, item.is_constraint);
    standing_item there;
    there.found = looked.one().get<bool>("found");
    there.remnant = looked.one().get<std::string>("remnant");
    co_return there;
}

task<> make_item(pg::connection& target, model::rollout_id rollout, const model::schema_item& item)
{
    auto tx = co_await pg::transaction::begin(target);
    const auto there = co_await lock_item(target, item);
    if (!there.found) {
        if (!there.remnant.empty()) co_await target.execute(there.remnant);
        co_await target.execute(item.statement);
        for (const auto& statement : item.then)
            co_await target.execute(statement);
        co_await note_item(target, rollout, item);
    }
    co_await tx.commit();
}

task<model::progress> make_items(const context::job_context& job, std::vector<model::schema_item> items)
{
    auto target = co_await job.servers.targets().enter(job);
    for (const auto& item : items) {
        co_await make_item(*target, job.rollout, item);
        job.pulse.leave_if_asked();
    }
    co_return model::progress{};
}

} // namespace

task<model::progress> make_indexes(const context::job_context& job)
{
    auto spec = model::spec_from_json<model::indexes_spec>(job.spec);
    auto done = co_await make_items(job, std::move(spec.items));
    co_return done;
}

task<model::progress> make_foreign_keys(const context::job_context& job)
{
    auto spec = model::spec_from_json<model::foreign_keys_spec>(job.spec);
    auto done = co_await make_items(job, std::move(spec.items));
    co_return done;
}

} // namespace tropeiro::worker::provision

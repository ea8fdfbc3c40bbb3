#include "worker/provision/schema_items.hpp"

#include "shared/pg/transaction.hpp"
#include "worker/context/site.hpp"
#include "worker/copy/refused_batch.hpp"
#include "worker/provision/made_objects.hpp"
#include "worker/provision/sql_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tropeiro::worker::provision {
namespace {

using model::item_step;
using schema_items = std::vector<model::schema_item>;

enum class items_are { indexes, foreign_keys };

struct standing_item {
    bool found = false;
    std::string remnant; // the statement that takes an unusable index away, if there is one
};

/// A foreign key has no index, and a key in two steps takes the one that stands: neither replaces it.
bool makes_its_index(const model::schema_item& item, items_are what)
{
    return what == items_are::indexes && item.step != item_step::takes_index;
}

/// Of a validation nothing stands: it is done however often it is asked for.
task<standing_item> lock_item(pg::connection& target, const model::schema_item& item, items_are what)
{
    standing_item there;
    if (item.step == item_step::validates) co_return there;
    const bool makes_index = makes_its_index(item, what);
    // The lock is taken in a statement of its own: one that waited would look with a snapshot from before the
    // wait.
    co_await target.query(sql::lock_and_find_item, item.table.schema, item.table.name, item.name,
                          item.is_constraint, makes_index);
    const auto looked = co_await target.query(sql::lock_and_find_item, item.table.schema, item.table.name,
                                              item.name, item.is_constraint, makes_index);
    there.found = looked.one().get<bool>("found");
    there.remnant = looked.one().get<std::string>("remnant");
    co_return there;
}

std::string_view cause_of(std::string_view sqlstate)
{
    if (sqlstate == "23505") return "rows of the source have the same key";
    if (sqlstate == "23503")
        return "a row that is referred to is missing: in the source, among the rows that were copied, or "
               "because it is "
               "in tropeiro.quarantined_row";
    return "rows of the source do not fit";
}

/// DETAIL names the key of one of the rows, where the server knows it.
pg::error refused_by_rows(const pg::error& e, const model::schema_item& item)
{
    auto told = e.said();
    told.message =
        fmt::format("{} {} of table {} cannot be made: {}", item.is_constraint ? "constraint" : "index",
                    item.name, model::to_string(item.table), e.message());
    told.context.clear(); // the statement's text, or a place in it
    told.hint = fmt::format("{}; correct the source and run the command again with --truncate",
                            cause_of(e.sqlstate()));
    return {std::move(told), e.where()};
}

task<> execute(pg::connection& target, const model::schema_item& item)
{
    try {
        co_await target.execute(item.statement);
    } catch (const pg::error& e) {
        if (!copy::is_about_a_row(e.sqlstate())) throw;
        throw refused_by_rows(e, item);
    }
}

task<> make_item(pg::connection& target, const context::job_context& job, const model::schema_item& item,
                 items_are what)
{
    auto tx = co_await pg::transaction::begin(target);
    const auto there = co_await lock_item(target, item, what);
    if (!there.found) {
        co_await target.query(sql::use_maintenance_memory); // also that of the join which looks for orphans
        if (!there.remnant.empty()) co_await target.execute(there.remnant);
        co_await execute(target, item);
        for (const auto& statement : item.then)
            co_await target.execute(statement);
        if (item.step != item_step::validates) co_await note_item(target, job.rollout, item);
    }
    co_await tx.commit();
}

task<> make_items(const context::job_context& job, schema_items items, items_are what)
{
    auto target = co_await job.servers.targets().enter(job);
    for (const auto& item : items) {
        co_await make_item(*target, job, item, what);
        job.pulse.leave_if_asked();
    }
}

} // namespace

task<> make_indexes(const context::job_context& job, schema_items items)
{
    co_await make_items(job, std::move(items), items_are::indexes);
}

task<> make_foreign_keys(const context::job_context& job, schema_items items)
{
    co_await make_items(job, std::move(items), items_are::foreign_keys);
}

task<model::progress> make_indexes(const context::job_context& job)
{
    auto spec = model::spec_from_json<model::indexes_spec>(job.spec);
    co_await make_indexes(job, std::move(spec.items));
    co_return model::progress{};
}

task<model::progress> make_foreign_keys(const context::job_context& job)
{
    auto spec = model::spec_from_json<model::foreign_keys_spec>(job.spec);
    co_await make_foreign_keys(job, std::move(spec.items));
    co_return model::progress{};
}

} // namespace tropeiro::worker::provision

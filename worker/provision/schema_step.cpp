#include "worker/provision/schema_step.hpp"

#include "shared/pg/quote.hpp"
#include "shared/pg/transaction.hpp"
#include "worker/context/site.hpp"
#include "worker/provision/made_objects.hpp"
#include "worker/provision/sql_text.hpp"
#include "worker/provision/stored_script.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tropeiro::worker::provision {
namespace {

struct names {
    std::vector<std::string> schemas;
    std::vector<std::string> tables;
};

names split_names(const std::vector<model::table_name>& tables)
{
    names out;
    for (const auto& table : tables) {
        out.schemas.push_back(table.schema);
        out.tables.push_back(table.name);
    }
    return out;
}

/// Only tables that stand already: a table that the script will make is empty anyway.
task<std::string> existing_tables(pg::connection& target, const std::vector<model::table_name>& tables)
{
    std::string list;
    for (const auto& table : tables) {
        const auto name = pg::qualified(table);
        const auto found = co_await target.query("SELECT to_regclass($1) IS NOT NULL", name);
        if (!found.one().get<bool>(0)) continue;
        if (!list.empty()) list += ", ";
        list += name;
    }
    co_return list;
}

task<> empty_tables(pg::connection& target, const std::vector<model::table_name>& tables)
{
    if (tables.empty()) co_return;
    const auto wanted = split_names(tables);
    const auto keys = co_await target.query(sql::foreign_keys_of, wanted.schemas, wanted.tables);
    for (const auto& key : keys)
        co_await target.execute(key.get<std::string>("statement"));
    const auto list = co_await existing_tables(target, tables);
    try {
        if (!list.empty()) co_await target.execute("TRUNCATE " + list);
    } catch (const pg::error& e) {
        if (e.sqlstate() != "0A000") throw;
        throw failure(error_kind::refused, fmt::format("tables cannot be emptied: {}", e.message()),
                      "a table outside this rollout points to them; name its module as well");
    }
    co_await target.query(sql::forget_ledger, wanted.schemas, wanted.tables);
}

task<> run_step(const context::job_context& job, std::string step, model::script_spec spec)
{
    const auto script = co_await load_script(job, spec.script);
    auto target = co_await job.servers.targets().enter(job);
    auto tx = co_await pg::transaction::begin(*target);
    const auto marked = co_await target->query(sql::mark_step, job.rollout, step);
    if (!marked.empty()) {
        co_await note_before(*target);
        co_await empty_tables(*target, spec.truncate);
        if (!script.empty()) co_await target->execute(script);
        co_await note_made(*target, job.rollout);
    }
    co_await tx.commit();
    target->mark_broken(); // the script has changed the session's search_path and more
}

} // namespace

task<model::progress> restore_schema(const context::job_context& job)
{
    auto spec = model::spec_from_json<model::script_spec>(job.spec);
    co_await run_step(job, "restore_schema", std::move(spec));
    co_return model::progress{};
}

task<model::progress> finish_schema(const context::job_context& job)
{
    auto spec = model::spec_from_json<model::script_spec>(job.spec);
    co_await run_step(job, "finish_schema", std::move(spec));
    co_return model::progress{};
}

task<> finish_schema(const context::job_context& job, std::int64_t script)
{
    model::script_spec spec;
    spec.script = script;
    co_await run_step(job, "finish_schema", std::move(spec));
}

} // namespace tropeiro::worker::provision

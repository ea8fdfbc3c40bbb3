#include "scheduler/plan/target_state.hpp"

#include "scheduler/plan/sql_text.hpp"
#include "shared/pg/pooler.hpp"
#include "shared/pg/transaction.hpp"

namespace tropeiro::scheduler::plan {
namespace {

pg::connect_options planning()
{
    pg::connect_options options;
    options.application_name = "tropeiro plan";
    return options;
}

/// A table that somebody dropped has a ledger still: what it says of rows went with them.
task<> read_ledger(pg::connection& c, target_state& state)
{
    const auto there = co_await c.query("SELECT to_regclass('tropeiro.table_ledger') IS NOT NULL");
    if (!there.one().get<bool>(0)) co_return;
    const auto rows = co_await c.query(sql::ledger_state);
    for (const auto& row : rows) {
        model::table_name table{row.get<std::string>("schema_name"), row.get<std::string>("table_name")};
        if (state.catalog.find(table) == nullptr) continue;
        if (row.get<std::int64_t>("parts_done") >= row.get<std::int64_t>("parts"))
            state.complete.insert(table);
        if (row.get<bool>("verified")) state.verified.insert(table);
        state.known.insert(std::move(table));
    }
}

/// Which of the wanted tables exist and hold rows.
task<> read_rows(pg::connection& c, const std::vector<model::table_name>& wanted, target_state& state)
{
    std::vector<model::table_name> tables;
    for (const auto& name : wanted) {
        const auto* table = state.catalog.find(name);
        if (table != nullptr && table->kind == pg::table_kind::heap && table->may_select)
            tables.push_back(name);
    }
    state.filled = co_await pg::read_filled(c, std::move(tables));
}

} // namespace

task<target_server> read_target_server(pg::dsn admin, pg::server_facts source)
{
    auto c = co_await pg::connection::open(std::move(admin), planning());
    target_server server;
    server.facts = co_await pg::read_server_facts(c);
    server.extensions = co_await pg::read_extensions(c);
    server.roles = co_await pg::read_roles(c);
    const auto databases = co_await pg::read_databases(c);
    for (const auto& database : databases)
        server.databases.emplace(database.name, database);
    const auto locale = co_await c.query(sql::locale_available, source.collate, source.ctype);
    server.locale_available = locale.one().get<bool>(0);
    server.pooler = co_await pg::transaction_pooler(c);
    co_return server;
}

task<target_state> read_target(pg::dsn database, std::vector<model::table_name> wanted)
{
    auto c = co_await pg::connection::open(std::move(database), planning());
    target_state state;
    state.exists = true;
    state.owner = co_await tenancy::read_identity(c);
    auto tx = co_await pg::transaction::begin(c, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
    state.catalog = co_await pg::read_catalog(c);
    state.objects = co_await pg::read_identities(c);
    co_await read_ledger(c, state);
    co_await read_rows(c, wanted, state);
    co_await tx.rollback();
    co_return state;
}

} // namespace tropeiro::scheduler::plan

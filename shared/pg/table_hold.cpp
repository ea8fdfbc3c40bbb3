#include "shared/pg/table_hold.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/quote.hpp"
#include "shared/pg/sql_text.hpp"

namespace tropeiro::pg {

task<> hold_tables(connection& c, std::vector<model::table_name> tables)
{
    if (tables.empty()) co_return;
    std::vector<std::string> names;
    for (const auto& table : tables)
        names.push_back(qualified(table));
    co_await c.execute("SAVEPOINT hold_tables; SET LOCAL lock_timeout = '2s'");
    std::exception_ptr thrown;
    try {
        co_await c.execute("LOCK TABLE " + text::join(names, ", ") + " IN ACCESS SHARE MODE");
        co_await c.execute("SET LOCAL lock_timeout = 0; RELEASE SAVEPOINT hold_tables");
    } catch (const error&) {
        thrown = std::current_exception();
    }
    if (thrown) {
        co_await c.execute("ROLLBACK TO SAVEPOINT hold_tables; RELEASE SAVEPOINT hold_tables");
        std::rethrow_exception(thrown);
    }
    const auto rewritten = co_await c.query(sql::rewritten_tables, names);
    if (rewritten.empty()) co_return;
    throw failure(error_kind::conflict,
                  "table " + rewritten[0].get<std::string>(0) +
                      " was truncated or rewritten after the snapshot, which shows nothing of its rows",
                  "start again, with a snapshot of now");
}

} // namespace tropeiro::pg

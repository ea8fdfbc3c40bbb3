#include "shared/pg/table_hold.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/quote.hpp"

namespace tropeiro::pg {

task<> hold_tables(connection& c, std::vector<model::table_name> tables)
{
    if (tables.empty()) co_return;
    std::vector<std::string> names;
    for (const auto& table : tables)
        names.push_back("ONLY " + qualified(table));
    co_await c.execute("SAVEPOINT hold_tables; SET LOCAL lock_timeout = '2s'");
    std::exception_ptr thrown;
    try {
        co_await c.execute("LOCK TABLE " + text::join(names, ", ") + " IN ACCESS SHARE MODE");
        co_await c.execute("SET LOCAL lock_timeout = 0; RELEASE SAVEPOINT hold_tables");
        co_return;
    } catch (const error&) {
        thrown = std::current_exception();
    }
    co_await c.execute("ROLLBACK TO SAVEPOINT hold_tables");
    std::rethrow_exception(thrown);
}

} // namespace tropeiro::pg

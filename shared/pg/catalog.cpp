#include "shared/pg/catalog.hpp"

#include "shared/pg/catalog_session.hpp"
#include "shared/pg/sql_text.hpp"

namespace tropeiro::pg {
namespace {

table_kind kind_from(std::string_view relkind)
{
    switch (relkind.front()) {
    case 'p':
        return table_kind::partitioned;
    case 'f':
        return table_kind::foreign;
    case 'v':
        return table_kind::view;
    case 'm':
        return table_kind::materialized_view;
    default:
        return table_kind::heap;
    }
}

binary_obstacle obstacle_from(int code)
{
    switch (code) {
    case 1:
        return binary_obstacle::no_functions;
    case 2:
        return binary_obstacle::registry;
    case 3:
        return binary_obstacle::composite;
    case 4:
        return binary_obstacle::array_of_own;
    default:
        return binary_obstacle::none;
    }
}

catalog_table table_from(const row& r)
{
    catalog_table t;
    t.id = r.get<oid>("oid");
    t.name = {r.get<std::string>("nspname"), r.get<std::string>("relname")};
    t.kind = kind_from(r.get<std::string_view>("kind"));
    t.is_partition = r.get<bool>("relispartition");
    t.access_method = r.get<std::string>("access_method");
    t.parents = r.get<std::vector<std::int64_t>>("parents");
    t.heap_bytes = r.get<std::optional<std::int64_t>>("heap_bytes").value_or(0); // NULL: dropped meanwhile
    t.total_bytes = r.get<std::optional<std::int64_t>>("total_bytes").value_or(0);
    t.row_estimate = r.get<double>("row_estimate");
    t.row_security = r.get<bool>("relrowsecurity");
    t.forces_row_security = r.get<bool>("relforcerowsecurity");
    t.hides_rows = r.get<bool>("hides_rows");
    t.may_select = r.get<bool>("may_select");
    return t;
}

catalog_column column_from(const row& r)
{
    catalog_column c;
    c.table = r.get<oid>("attrelid");
    c.name = r.get<std::string>("attname");
    c.type = r.get<std::string>("type");
    c.not_null = r.get<bool>("attnotnull");
    c.generated = r.get<bool>("generated");
    c.identity = r.get<bool>("identity");
    c.obstacle = obstacle_from(r.get<std::int32_t>("obstacle"));
    c.culprit = r.get<std::string>("culprit");
    c.extension = r.get<std::string>("extension");
    return c;
}

catalog_index index_from(const row& r)
{
    catalog_index i;
    i.id = r.get<oid>("indexrelid");
    i.table = r.get<oid>("indrelid");
    i.name = {r.get<std::string>("nspname"), r.get<std::string>("relname")};
    i.definition = r.get<std::string>("definition");
    i.parent = r.get<oid>("parent");
    i.constraint = r.get<oid>("constraint_oid");
    i.unique = r.get<bool>("indisunique");
    i.valid = r.get<bool>("valid");
    i.clustered = r.get<bool>("indisclustered");
    i.replica_identity = r.get<bool>("indisreplident");
    i.leading_column = r.get<std::string>("leading_column");
    i.options = r.get<std::vector<std::string>>("options");
    i.statistics = r.get<std::vector<std::string>>("statistics");
    i.comment = r.get<std::optional<std::string>>("comment");
    return i;
}

catalog_constraint constraint_from(const row& r)
{
    catalog_constraint k;
    k.id = r.get<oid>("oid");
    k.table = r.get<oid>("conrelid");
    k.name = r.get<std::string>("conname");
    k.type = r.get<std::string_view>("type").front();
    k.definition = r.get<std::string>("definition");
    k.index = r.get<oid>("conindid");
    k.validated = r.get<bool>("convalidated");
    k.parent = r.get<oid>("conparentid");
    k.referenced = r.get<oid>("confrelid");
    k.columns = r.get<std::vector<std::string>>("columns");
    k.referenced_columns = r.get<std::vector<std::string>>("referenced_columns");
    k.deferrable = r.get<bool>("condeferrable");
    k.comment = r.get<std::optional<std::string>>("comment");
    return k;
}

catalog_sequence sequence_from(const row& r)
{
    catalog_sequence s;
    s.id = r.get<oid>("oid");
    s.name = {r.get<std::string>("nspname"), r.get<std::string>("relname")};
    s.owner_table = r.get<oid>("owner_table");
    s.owner_column = r.get<std::string>("owner_column");
    s.may_select = r.get<bool>("may_select");
    return s;
}

catalog_trigger trigger_from(const row& r)
{
    return {r.get<oid>("tgrelid"), r.get<std::string>("tgname"), r.get<std::string_view>("enabled").front()};
}

catalog_extension extension_from(const row& r)
{
    return {r.get<std::string>("name"), r.get<std::string>("installed"), r.get<std::string>("available")};
}

catalog_database database_from(const row& r)
{
    return {r.get<std::string>("datname"), r.get<std::string>("encoding"), r.get<std::string>("datcollate"),
            r.get<std::string>("datctype"), r.get<std::optional<std::int64_t>>("bytes").value_or(0)};
}

/// Every row of the query, through `convert`.
template <class T>
task<std::vector<T>> read_all(connection& c, std::string_view sql, T (*convert)(const row&))
{
    const rows found = co_await c.query(sql);
    std::vector<T> all;
    all.reserve(found.size());
    for (const auto& r : found)
        all.push_back(convert(r));
    co_return all;
}

} // namespace

task<server_facts> read_server_facts(connection& c)
{
    const rows found = co_await c.query(sql::catalog_server);
    const auto r = found.one();
    server_facts f;
    f.version = r.get<std::int32_t>("version");
    f.block_size = r.get<std::int64_t>("block_size");
    f.max_connections = r.get<std::int64_t>("max_connections");
    f.started = r.get<std::string>("started");
    f.database = r.get<std::string>("datname");
    f.encoding = r.get<std::string>("encoding");
    f.collate = r.get<std::string>("datcollate");
    f.ctype = r.get<std::string>("datctype");
    f.user = r.get<std::string>("username");
    f.superuser = r.get<bool>("rolsuper");
    f.may_create_database = r.get<bool>("may_create_database");
    f.may_create_role = r.get<bool>("may_create_role");
    f.bypasses_row_security = r.get<bool>("bypasses_row_security");
    co_return f;
}

task<std::vector<catalog_extension>> read_extensions(connection& c)
{
    return read_all<catalog_extension>(c, sql::catalog_extensions, extension_from);
}

task<std::vector<catalog_database>> read_databases(connection& c)
{
    return read_all<catalog_database>(c, sql::catalog_databases, database_from);
}

task<catalog> read_catalog(connection& c)
{
    const auto before = co_await begin_reading(c);
    catalog all;
    all.server = co_await read_server_facts(c);
    all.tables = co_await read_all<catalog_table>(c, sql::catalog_tables, table_from);
    all.columns = co_await read_all<catalog_column>(c, sql::catalog_columns, column_from);
    all.indexes = co_await read_all<catalog_index>(c, sql::catalog_indexes, index_from);
    all.constraints = co_await read_all<catalog_constraint>(c, sql::catalog_constraints, constraint_from);
    all.sequences = co_await read_all<catalog_sequence>(c, sql::catalog_sequences, sequence_from);
    all.triggers = co_await read_all<catalog_trigger>(c, sql::catalog_triggers, trigger_from);
    all.extensions = co_await read_extensions(c);
    all.sort();
    co_await end_reading(c, before);
    co_return all;
}

} // namespace tropeiro::pg

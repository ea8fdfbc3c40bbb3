// Readers that look at objects one by their class and oid: identities, owners, roles, bodies, statistics.
#include "shared/pg/catalog.hpp"
#include "shared/pg/catalog_session.hpp"
#include "shared/pg/quote.hpp"
#include "shared/pg/sql_text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tropeiro::pg {
namespace {

object_key key_of(const row& r) { return {r.get<oid>(0), r.get<oid>(1)}; }

double number(const std::string& text)
{
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// SELECT per table, joined with UNION ALL: its number, the value's text (NULL: no tenant), how many rows.
std::string counting_sql(const std::vector<tenant_column>& columns, const std::vector<std::size_t>& which)
{
    std::string sql;
    for (const auto i : which) {
        if (!sql.empty()) sql += "\nUNION ALL\n";
        const auto column = columns[i].column.empty() ? std::string("NULL") : quote_ident(columns[i].column);
        sql += fmt::format("(SELECT {}::int, {}::text, count(*) FROM ONLY {} GROUP BY 2)", i, column,
                           qualified(columns[i].table));
    }
    return sql;
}

task<> count_rows(connection& c, const std::vector<tenant_column>& columns,
                  std::vector<tenant_statistics>& all)
{
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i].count) which.push_back(i);
    if (which.empty()) co_return;
    for (const auto i : which)
        all[i].exact = true;
    const auto sql = counting_sql(columns, which);
    const rows found = co_await c.query(sql);
    for (const auto& r : found) {
        auto& s = all[r.get<std::size_t>(0)];
        const auto count = static_cast<double>(r.get<std::int64_t>(2));
        s.rows += count;
        if (r.is_null(1))
            s.null_rows += count;
        else
            s.counts[r.get<std::string>(1)] = count;
    }
    for (const auto i : which)
        all[i].distinct = static_cast<double>(all[i].counts.size());
}

/// Turns a row of pg_stats, all shares, into rows of a table of `s.rows` rows.
void take_shares(const row& r, tenant_statistics& s)
{
    s.null_rows = r.get<double>("null_share") * s.rows;
    const auto distinct = r.get<double>("distinct_values");
    s.distinct = distinct < 0 ? -distinct * s.rows : distinct;
    const auto values = r.get<std::vector<std::string>>("values");
    const auto shares = r.get<std::vector<std::string>>("shares");
    for (std::size_t i = 0; i < values.size() && i < shares.size(); ++i)
        s.counts[values[i]] = number(shares[i]) * s.rows;
}

} // namespace

task<std::set<std::string>> read_roles(connection& c)
{
    const rows found = co_await c.query("SELECT rolname FROM pg_catalog.pg_roles");
    std::set<std::string> names;
    for (const auto& r : found)
        names.insert(r.get<std::string>(0));
    co_return names;
}

task<std::map<object_key, object_identity>> identify(connection& c, std::vector<object_key> objects)
{
    std::vector<std::int64_t> classes;
    std::vector<std::int64_t> oids;
    for (const auto& object : objects) {
        classes.push_back(object.class_id);
        oids.push_back(object.object_id);
    }
    const rows found = co_await c.query(sql::catalog_identify, classes, oids);
    std::map<object_key, object_identity> named;
    for (const auto& r : found)
        named[key_of(r)] = {r.get<std::string>(2), r.get<std::string>(3)};
    co_return named;
}

task<std::map<object_identity, std::string>> read_identities(connection& c)
{
    const auto before = co_await begin_reading(c);
    const rows found = co_await c.query(sql::catalog_identities);
    std::map<object_identity, std::string> all;
    for (const auto& r : found)
        all[{r.get<std::string>(0), r.get<std::string>(1)}] = r.get<std::string>(2);
    co_await end_reading(c, before);
    co_return all;
}

task<std::map<object_key, oid>> read_owning_tables(connection& c)
{
    const rows found = co_await c.query(sql::catalog_owning_tables);
    std::map<object_key, oid> owner;
    for (const auto& r : found)
        owner[key_of(r)] = r.get<oid>(2);
    co_return owner;
}

task<std::map<object_key, std::set<object_key>>> read_constraint_needs(connection& c)
{
    constexpr oid pg_constraint = 2606;
    const rows found = co_await c.query(sql::catalog_constraint_needs);
    std::map<object_key, std::set<object_key>> needs;
    for (const auto& r : found)
        needs[object_key{pg_constraint, r.get<oid>(0)}].insert({r.get<oid>(1), r.get<oid>(2)});
    co_return needs;
}

task<std::map<object_key, std::set<std::string>>> read_named_roles(connection& c)
{
    const rows found = co_await c.query(sql::catalog_named_roles);
    std::map<object_key, std::set<std::string>> named;
    for (const auto& r : found)
        named[key_of(r)].insert(r.get<std::string>(2));
    co_return named;
}

task<std::map<oid, std::string>> read_function_bodies(connection& c)
{
    const rows found = co_await c.query(sql::catalog_function_bodies);
    std::map<oid, std::string> bodies;
    for (const auto& r : found)
        bodies[r.get<oid>(0)] = r.get<std::string>(1);
    co_return bodies;
}

task<std::vector<tenant_statistics>> read_tenant_statistics(connection& c, std::vector<tenant_column> columns)
{
    std::vector<tenant_statistics> all(columns.size());
    std::vector<std::int64_t> oids;
    std::vector<std::string> names;
    std::vector<std::string> tables;
    for (const auto& column : columns)
        tables.push_back(qualified(column.table));
    const rows classes = co_await c.query("SELECT n.at - 1, c.oid, greatest(c.reltuples, 0)::float8"
                                          "  FROM unnest($1::text[]) WITH ORDINALITY AS n (name, at) JOIN "
                                          "pg_catalog.pg_class c ON c.oid = to_regclass(n.name)",
                                          tables);
    for (const auto& r : classes) {
        auto& s = all[r.get<std::size_t>(0)];
        s.table = r.get<oid>(1);
        s.rows = r.get<double>(2);
    }
    std::map<oid, std::size_t> place;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].count) all[i].rows = 0;
        if (columns[i].count || columns[i].column.empty() || all[i].table == 0) continue;
        place[all[i].table] = i;
        oids.push_back(all[i].table);
        names.push_back(columns[i].column);
    }
    const rows shares = co_await c.query(sql::catalog_tenant_statistics, oids, names);
    for (const auto& r : shares)
        take_shares(r, all[place.at(r.get<oid>("table_oid"))]);
    co_await count_rows(c, columns, all);
    co_return all;
}

task<std::set<model::table_name>> read_filled(connection& c, std::vector<model::table_name> tables)
{
    std::set<model::table_name> filled;
    if (tables.empty()) co_return filled;
    std::string sql;
    for (std::size_t i = 0; i < tables.size(); ++i) {
        if (!sql.empty()) sql += " UNION ALL ";
        sql += fmt::format("SELECT {}::int WHERE EXISTS (SELECT FROM ONLY {})", i, qualified(tables[i]));
    }
    const rows found = co_await c.query(sql);
    for (const auto& r : found)
        filled.insert(tables[r.get<std::size_t>(0)]);
    co_return filled;
}

} // namespace tropeiro::pg

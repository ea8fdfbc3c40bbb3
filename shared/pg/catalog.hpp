// Reads the catalogs of the database behind a connection: one set-based query a reader, however many tables
// there are. The connection is the caller's, and so is its transaction: within one of REPEATABLE READ all
// readers see the same moment. System schemas, temporary tables and members of extensions are left out.
#pragma once

#include "shared/pg/catalog_types.hpp"
#include "shared/pg/connection.hpp"

#include <set>
#include <string>
#include <vector>

namespace tropeiro::pg {

/// Everything that struct catalog holds, in ten queries.
task<catalog> read_catalog(connection& c);

task<server_facts> read_server_facts(connection& c);
task<std::vector<catalog_extension>> read_extensions(connection& c);
task<std::vector<catalog_database>> read_databases(connection& c);
task<std::set<std::string>> read_roles(connection& c);

/// Names that pg_identify_object() gives these objects; objects that are gone are left out.
task<std::map<object_key, object_identity>> identify(connection& c, std::vector<object_key> objects);

/// Every object of people's own in the database that a schema script may create. The text tells apart two
/// types or functions of one name: an enum's labels, a domain's base and checks, a composite's columns, a
/// digest of a function's body; empty for other objects, which are compared otherwise.
task<std::map<object_identity, std::string>> read_identities(connection& c);

/// Which table each index, trigger, rule, policy, default, constraint and statistics object belongs to.
task<std::map<object_key, oid>> read_owning_tables(connection& c);

/// Objects that the index behind each key or exclusion constraint uses; the key is the constraint.
task<std::map<object_key, std::set<object_key>>> read_constraint_needs(connection& c);

/// Roles that each object's grants and policies name; owners are not among them.
task<std::map<object_key, std::set<std::string>>> read_named_roles(connection& c);

/// Text of each function's body, for names that PostgreSQL records no dependency for.
task<std::map<oid, std::string>> read_function_bodies(connection& c);

/// A table and the column that tells its tenants apart.
struct tenant_column {
    model::table_name table;
    std::string column;
    bool count = false; // the table is small enough to be counted instead of estimated
};

/// One query counts the small tables, one reads pg_stats for the others.
task<std::vector<tenant_statistics>> read_tenant_statistics(connection& c,
                                                            std::vector<tenant_column> columns);

/// Which of these tables hold a row. One query.
task<std::set<model::table_name>> read_filled(connection& c, std::vector<model::table_name> tables);

} // namespace tropeiro::pg

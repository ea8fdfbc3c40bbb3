// What a database's catalogs say, as plain values: the material that plans are made from. Made by
// catalog.hpp; no connection is needed to use them, so tests write them by hand.
#pragma once

#include "shared/model/table_name.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tropeiro::pg {

using oid = std::uint32_t; // means something inside one database only; 0 is none

enum class table_kind { heap, partitioned, foreign, view, materialized_view };

struct catalog_table {
    oid id = 0;
    model::table_name name;
    table_kind kind = table_kind::heap;
    bool is_partition = false;
    std::string access_method;         // "heap"; empty for what stores nothing
    std::vector<std::int64_t> parents; // oids of what it is a partition of or inherits from
    std::int64_t heap_bytes = 0;       // the main fork alone
    std::int64_t total_bytes = 0;      // with TOAST, without indexes
    double row_estimate = -1;          // reltuples; -1: never analyzed
    bool row_security = false;
    bool forces_row_security = false;
    bool hides_rows = false; // row security is active for the current user
    bool may_select = true;  // the current user may read every column
};

/// Why the values of a type cannot travel in PostgreSQL's binary format from one database to another.
enum class binary_obstacle {
    none,
    no_functions, // the type has no send or receive function
    registry,     // regclass and its kin travel as an oid, which is another object's over there
    composite,    // composites name their columns' types by oid
    array_of_own, // arrays name their element's type by oid, which differs unless the type is built in
};

struct catalog_column {
    oid table = 0;
    std::string name;
    std::string type; // as format_type() writes it, with its modifier
    bool not_null = false;
    bool generated = false;
    bool identity = false;
    binary_obstacle obstacle = binary_obstacle::none;
    std::string culprit;   // the type that makes the obstacle: the column's, or one inside it
    std::string extension; // that the type belongs to; empty: none
};

struct catalog_index {
    oid id = 0;
    oid table = 0;
    model::table_name name; // an index lives in its table's schema
    std::string definition; // CREATE INDEX ...; ON ONLY for a partitioned one
    oid parent = 0;         // the partitioned index that it is attached to
    oid constraint = 0;     // that it backs
    bool unique = false;
    bool valid = true;
    bool clustered = false;
    bool replica_identity = false;
    std::string leading_column; // first key column of a complete btree; empty: an expression, or partial
    std::vector<std::string> options;    // "fillfactor=70"
    std::vector<std::string> statistics; // "2=500": ALTER COLUMN 2 SET STATISTICS 500
    std::optional<std::string> comment;
};

struct catalog_constraint {
    oid id = 0;
    oid table = 0;
    std::string name;
    char type = ' '; // p, u, x, f; c only where it is NOT VALID
    std::string definition;
    oid index = 0;                               // p, u, x: that backs it
    oid parent = 0;                              // constraint of the partitioned table that it follows from
    oid referenced = 0;                          // f: table
    std::vector<std::string> columns;            // p, u, f: of the table, in the key's order
    std::vector<std::string> referenced_columns; // f: beside `columns`
    bool deferrable = false;
    bool validated =
        true; // its rows are known to agree with it; never of one that is NOT ENFORCED (since 18)
    std::optional<std::string> comment;
};

struct catalog_sequence {
    oid id = 0;
    model::table_name name;
    oid owner_table = 0; // of the column that owns it (serial, identity)
    std::string owner_column;
    bool may_select = true; // the current user may read its last value
};

struct catalog_trigger {
    oid table = 0;
    std::string name;
    char enabled = 'O'; // O, D, R, A as in pg_trigger
};

/// An object by what it is and where: "function", "public.f(integer)", as pg_identify_object() says it. Equal
/// texts in two databases mean the same object.
struct object_identity {
    std::string type;
    std::string identity;

    friend auto operator<=>(const object_identity&, const object_identity&) = default;
};

/// Class and object: the key of an object within one database.
struct object_key {
    oid class_id = 0;
    oid object_id = 0;

    friend auto operator<=>(const object_key&, const object_key&) = default;
};

struct server_facts {
    int version = 0; // 150004
    std::int64_t block_size = 8192;
    std::int64_t max_connections = 100;
    std::string started; // when its postmaster started: two equal ones are the same server
    std::string database;
    std::string encoding;
    std::string collate;
    std::string ctype;
    std::string user;
    bool superuser = false;
    bool may_create_database = false;
    bool may_create_role = false;
    bool bypasses_row_security = false;
};

struct catalog_extension {
    std::string name;
    std::string installed; // version; empty: not installed
    std::string available; // default version; empty: not there
};

struct catalog_database {
    std::string name;
    std::string encoding;
    std::string collate;
    std::string ctype;
    std::int64_t bytes = 0; // 0 where the current user may not ask
};

/// What the statistics say about the tenant column of a table.
struct tenant_statistics {
    oid table = 0;
    bool exact = false; // counted; `counts` is complete
    double rows = 0;    // of the table
    double null_rows = 0;
    double distinct = 0;                  // number of values, NULL apart
    std::map<std::string, double> counts; // rows of the values that are known
};

struct catalog {
    server_facts server;
    std::vector<catalog_table> tables;
    std::vector<catalog_column> columns; // by table, in their order
    std::vector<catalog_index> indexes;
    std::vector<catalog_constraint> constraints;
    std::vector<catalog_sequence> sequences;
    std::vector<catalog_trigger> triggers; // those of people, not those of constraints
    std::vector<catalog_extension> extensions;

    const catalog_table* find(const model::table_name& name) const;
    const catalog_table* find(oid table) const;
    const catalog_index* find_index(oid index) const;
    std::vector<catalog_column> columns_of(oid table) const;

    /// Builds what the look-ups use; read_catalog has done it, tests that fill the vectors call it.
    void sort();

  private:
    std::map<model::table_name, std::size_t> by_name_;
    std::map<oid, std::size_t> by_oid_;
    std::map<oid, std::size_t> index_by_oid_;
    std::map<oid, std::pair<std::size_t, std::size_t>> columns_by_table_;
};

} // namespace tropeiro::pg

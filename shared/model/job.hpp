// A unit of work: what it is, in which state, and what it needs to know. Plain types; the specifications
// stand as JSON in the control database (`tropeiro.job.spec`), never in Redis, and hold no secret: servers
// are named by role (source, target), their addresses come from each process's own configuration.
#pragma once

#include "shared/base/error.hpp"
#include "shared/model/ids.hpp"
#include "shared/model/row_filter.hpp"
#include "shared/model/table_name.hpp"

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tropeiro::model {

/// In the order in which a tenant's rollout goes through them.
enum class job_kind {
    create_database, // the tenant's database, its identity and its ledger
    restore_schema,  // types, functions, tables, defaults, sequences, comments
    copy,            // rows of one table part, or of several small tables
    indexes,         // primary keys, unique and check constraints, indexes of some tables
    after_rows,      // of a small tenant, in one job: indexes, foreign_keys, sequences, finish_schema
    verify,          // what arrived is what was sent; beside the foreign keys
    foreign_keys,    // after every table's keys stand
    sequences,       // last values
    finish_schema,   // triggers, policies, row security, and what else pg_dump puts after the data
    publish,         // registry, module log, cities.db_url: the tenant becomes visible
    check_receipts,  // of a check, not of a rollout: what stands there is what was sent
    check_source,    // the same against the source as it is now, and repair of what differs
};

enum class job_state { wait, running, done, dead, cancelled };

/// Reads rows to compare them.
constexpr bool is_check(job_kind kind)
{
    return kind == job_kind::check_receipts || kind == job_kind::check_source;
}

/// All kinds, in the order above.
std::vector<job_kind> job_kinds();

std::string_view to_string(job_kind kind);
std::string_view to_string(job_state state);
std::optional<job_kind> job_kind_from(std::string_view name);
std::optional<job_state> job_state_from(std::string_view name);

enum class copy_format { binary, text };

/// What to do with a target table that holds rows the ledger does not know.
enum class existing_rows { refuse, truncate, merge };

/// What to do with a row that the target refuses: the job ends with an error that names it, or the row goes to
/// tropeiro.quarantined_row and the copy goes on.
enum class bad_rows { fail, quarantine };

/// A run of heap blocks of a source table, [first_block, end_block); the last part has no end.
struct block_range {
    std::int64_t first_block = 0;
    std::optional<std::int64_t> end_block;

    friend bool operator==(const block_range&, const block_range&) = default;
};

/// One part of one table for one tenant. `number` counts from 0 within the table and names the ledger row.
struct copy_item {
    table_name table;                 // leaf table; the same name on both sides
    std::vector<std::string> columns; // in the target's order; generated columns left out
    copy_format format = copy_format::binary;
    row_filter filter;
    std::int32_t number = 0;
    std::int32_t parts = 1;
    block_range blocks;
    bool by_ctid = true; // false: not a heap, or a server before 14: one part, no resuming inside it
    std::int64_t expected_rows = 0;
    std::int64_t expected_bytes = 0;
};

struct create_database_spec {
    std::string encoding; // of the source, so that text sorts the same at the other end
    std::string collate;
    std::string ctype;
    std::string template_name; // database to make it from, made when it is missing; empty: from nothing
    std::int64_t script = 0;   // tropeiro.schema_script.id of what the template holds; 0: nothing
};

struct script_spec {
    std::int64_t script = 0;          // tropeiro.schema_script.id; 0: nothing to run
    std::vector<table_name> truncate; // emptied first, in the same transaction, their foreign keys dropped
};

struct copy_spec {
    std::vector<copy_item> items;
    std::int64_t batch_rows = 50'000;
    existing_rows on_existing = existing_rows::refuse;
    bad_rows on_bad_row = bad_rows::fail;
    std::int64_t most_bad_rows = 1000; // quarantined in one table; one more ends the job
};

/// What of an index or constraint a statement makes.
enum class item_step {
    whole,
    takes_index, // the constraint is put on the index of its name, which an item before it has made
    validates,   // the rows are held against a constraint that stands NOT VALID; does no harm when done again
};

/// A statement that makes one index or constraint, and how to tell that it is there already.
struct schema_item {
    table_name table;
    std::string name; // of the index or the constraint, unquoted
    bool is_constraint = false;
    std::string statement;         // one SQL command
    std::vector<std::string> then; // statements that belong to it: comment, CLUSTER ON, REPLICA IDENTITY
    item_step step = item_step::whole;
};

struct indexes_spec {
    std::vector<schema_item> items;
};

struct foreign_keys_spec {
    std::vector<schema_item> items;
};

struct sequences_spec {
    std::vector<table_name> sequences;
};

struct after_rows_spec {
    std::vector<schema_item> indexes;
    std::vector<schema_item> foreign_keys;
    std::vector<table_name> sequences;
    std::int64_t script = 0; // as in script_spec, of finish_schema
};

struct verify_spec {
    std::vector<copy_item> tables; // one item a table: number and blocks play no part
};

struct check_spec {
    std::vector<copy_item> tables; // as in verify_spec
    bool repair = false;           // kind check_source: bring what is missing or differs
};

/// A module of the tenant and the tables it brought.
struct published_module {
    std::string name;
    std::vector<table_name> tables;
};

struct publish_spec {
    std::vector<published_module> modules;
    std::string db_url; // without credentials, or empty: publish nothing in cities
};

/// Every specification to and from its JSON object. from_json, which reads a copy_item as well, throws `failure` naming
/// the missing field.
boost::json::value to_json(const create_database_spec&);
boost::json::value to_json(const script_spec&);
boost::json::value to_json(const copy_spec&);
boost::json::value to_json(const indexes_spec&);
boost::json::value to_json(const foreign_keys_spec&);
boost::json::value to_json(const sequences_spec&);
boost::json::value to_json(const after_rows_spec&);
boost::json::value to_json(const verify_spec&);
boost::json::value to_json(const check_spec&);
boost::json::value to_json(const publish_spec&);

template <class Spec>
Spec spec_from_json(const boost::json::value& json);

} // namespace tropeiro::model

// What a rollout will do, before it does any of it: the databases, tables, parts, indexes and keys, what
// stays behind and why, what it should cost, and everything that would fail. A plain value; made by
// planner.hpp from catalogs, stored by scheduler/store, printed by scheduler/cli.
#pragma once

#include "scheduler/plan/pace.hpp"
#include "shared/model/job.hpp"
#include "shared/model/tenant.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// A job that has no number yet. `depends_on` are indices into plan::jobs, each smaller than the job's own.
struct job_draft {
    model::job_kind kind{};
    std::size_t tenant = 0; // index into plan::tenants
    std::string label;      // "copy students 2/4"
    std::int64_t pass = 0;  // copies with the same number read the source together; 0: alone
    double score = 0;       // larger first within a tenant
    boost::json::value spec;
    std::vector<std::size_t> depends_on;
};

struct finding {
    enum class severity_t { blocks, warns, notes };
    severity_t severity = severity_t::notes;
    std::string tenant; // slug, or empty: concerns them all
    std::string what;   // "table \"students\" has no column \"city_id\""
    std::string hint;   // what to do; may be empty
};

struct table_plan {
    std::string module;
    model::table_name table;
    std::string
        rows_of; // how the tenant's rows are found: "city_id = …", "city_id IS NULL", "all rows", "none"
    std::int64_t rows = 0;      // expected
    std::int64_t bytes = 0;     // expected, heap and TOAST
    int parts = 0;              // 0: nothing is copied
    int readers = 1;            // tenants for which one reading of the table is made
    std::string reading_reason; // why alone, or why for several; empty where there is no choice
    model::copy_format format = model::copy_format::binary;
    std::string format_reason; // why text; empty for binary
    bool exists = false;       // in the target already
    bool complete = false;     // the ledger says that its rows have arrived
    int indexes = 0;
};

/// Rows of a table that a question about its path has found.
struct path_rows {
    std::int64_t rows = 0;
    std::vector<std::string> examples; // primary keys, or places where there is none
};

/// Rows that a way reaches and none before it.
struct way_rows {
    std::string path; // "teacher_id -> teachers.city_id", "parent_id upwards"
    std::int64_t rows = 0;
};

/// Another way from a table to a tenant, and the rows that it gives to another one than the table's path does.
struct path_conflict {
    std::string path;
    std::string key;         // the foreign key that it begins with
    std::string not_counted; // why; empty: it was
    path_rows rows;
};

/// Rows whose tenant is none that is known.
struct unknown_tenants {
    struct value_rows {
        std::string value;
        std::int64_t rows = 0;
    };
    std::int64_t rows = 0;
    std::int64_t values = 0;
    std::vector<value_rows> first; // those with most rows
};

/// A table whose rows find their tenant along foreign keys, and those that do not. For a survey also one that has the
/// tenant column itself.
struct path_plan {
    std::string module;
    model::table_name table;
    std::string path;                // "student_id -> students.city_id"; "city_id"
    bool own_column = false;         // the path is a column of the table
    std::string not_counted;         // why; empty: it was
    std::int64_t rows = 0;           // of the table
    std::vector<way_rows> otherwise; // the ways after the path
    path_rows orphans;               // no row at the end of any
    std::int64_t legacy = 0;         // rows whose tenant is NULL at the end
    unknown_tenants unknown;         // where it was asked who is known
    std::vector<path_conflict> conflicts;
};

struct foreign_key_plan {
    model::table_name table;
    std::string name;
    model::table_name referenced;
    bool kept = true;
    std::string reason; // why it is left out
};

struct tenant_plan {
    model::tenant tenant;
    std::string database;
    bool database_exists = false;
    int wave = 1;
    std::vector<std::string> modules;
    std::vector<table_plan> tables;
    std::vector<foreign_key_plan> foreign_keys;
};

/// A schema script that several tenants share; script_spec::script is an index into plan::scripts until the
/// store has given it a number. The first script of a plan is empty, so that 0 means nothing to run in both.
struct schema_script {
    std::string body;
};

struct plan {
    std::string title;
    std::string source_server; // host:port
    std::string target_server;
    bool needs_snapshot = false;              // some rows are copied
    std::optional<std::int64_t> target_slots; // passes that find connections there; none: no pass
    pace how_fast;
    std::vector<tenant_plan> tenants;
    std::vector<path_plan> paths;
    std::vector<schema_script> scripts;
    std::vector<job_draft> jobs;
    std::vector<finding> findings;

    bool blocked() const;
    std::int64_t rows() const;
    std::int64_t bytes() const;
    int waves() const;
};

/// The whole plan for --json: the same facts that the printed one shows.
boost::json::value to_json(const plan& p);
boost::json::value to_json(const path_plan& p);
boost::json::value to_json(const finding& f);

} // namespace tropeiro::scheduler::plan

// The text of schema scripts: what pg_restore prints, made fit for a worker's connection, and what goes
// around it. Pure.
#pragma once

#include "shared/model/job.hpp"
#include "shared/pg/catalog_types.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::scheduler::plan {

/// Without psql's meta-commands (\restrict) and without settings that an older target does not know. The
/// preamble's other settings stay: check_function_bodies, search_path, row_security.
std::string clean_script(std::string_view printed);

/// Makes each role NOLOGIN unless it exists; two that run at the same time do not disturb each other.
std::string role_script(const std::set<std::string>& roles);

/// A table that exists and gets rows: keys and triggers are out of the way while they come.
struct table_in_place {
    model::table_name table;
    std::vector<std::string> foreign_keys;     // of the table; made again by a job of their own
    std::vector<pg::catalog_trigger> triggers; // with the state that each has at the end
};

/// The statements of these items, one after the other: for a database that has none of them.
std::string items_script(const std::vector<model::schema_item>& items);

/// Before the rows: drops the foreign keys, disables the triggers. Empty for no tables.
std::string clear_way_script(const std::vector<table_in_place>& tables);

/// After the rows: sets every trigger to its state.
std::string restore_triggers_script(const std::vector<table_in_place>& tables);

} // namespace tropeiro::scheduler::plan

// Which entries of a pg_dump archive some tables need, and what belongs to them: types, functions, sequences,
// extensions on the one hand; defaults, triggers, policies, comments, grants on the other. Pure.
//
// Two directions. What a table needs goes in, whatever it is; when that is a table that stays behind, the
// table cannot be made (`blocked`). What hangs on a table goes in with all that it needs itself; when that is
// a table that stays behind, it is left out (`left_out`).
#pragma once

#include "scheduler/plan/archive_toc.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// The archive and what the catalogs add to it.
struct archive_contents {
    std::vector<toc_entry> entries;
    std::map<pg::object_key, pg::object_identity> names;      // of the entries' objects
    std::map<pg::object_key, pg::oid> owning_tables;          // of triggers, policies, indexes, ...
    std::map<pg::object_key, std::set<pg::object_key>> needs; // beyond what the entries' dependencies say
    std::map<pg::oid, std::string> function_bodies;

    /// "policy city_isolation on public.students"; the entry's own words when the catalogs do not know it.
    std::string describe(const toc_entry& entry) const;
};

struct left_out_entry {
    int entry = 0;   // what cannot go
    int because = 0; // the table or view that stays behind and which it needs
};

/// A function that goes names a table that stays behind. PostgreSQL records no dependency for bodies that are
/// text.
struct mention {
    int function = 0;
    int table = 0;
};

struct archive_closure {
    std::set<int> entries; // goes in; also indexes and constraints, which scripts leave to jobs of their own
    std::vector<left_out_entry> left_out;
    std::vector<left_out_entry> blocked;
    std::vector<mention> mentions;
};

/// `tables`: oids in the dumped database.
archive_closure close_over(const archive_contents& archive, const std::set<pg::oid>& tables);

/// Indexes, keys and their attachment are made by statements of their own, after the rows.
bool made_after_rows(const toc_entry& entry);

} // namespace tropeiro::scheduler::plan

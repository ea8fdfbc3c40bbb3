// The statements that make indexes, keys and foreign keys after the rows, from the catalogs' definitions.
// Pure.
//
// A partitioned table's index is made ON ONLY it and then takes the partitions' as its own, as pg_dump does
// it, which keeps every name; so it goes after theirs.
#pragma once

#include "shared/model/job.hpp"
#include "shared/pg/catalog_types.hpp"

#include <optional>
#include <set>
#include <vector>

namespace tropeiro::scheduler::plan {

/// An index, or the constraint that an index backs, with the table's size and place among partitions.
struct index_statement {
    pg::oid table = 0;
    pg::oid index = 0;
    int height = 0; // 0: a table that holds rows; n: n levels of partitions below
    model::schema_item item;
    std::string index_definition; // of a primary key's or unique constraint's index; else empty
};

/// The same in two steps that let other indexes of the table be built meanwhile: the unique index first, then the
/// constraint that takes it, which reads no row. Nothing but the item itself where there is no such way.
std::vector<model::schema_item> in_steps(const index_statement& index);

/// Every valid index of these tables, in the catalog's order. `without`: indexes and constraints that cannot
/// be made.
std::vector<index_statement> index_statements(const pg::catalog& source, const std::set<pg::oid>& tables,
                                              const std::set<pg::object_key>& without);

/// A foreign key, and the two steps in which it can be made instead: at once, with rows that nobody has looked at, and
/// then their validation, which other keys' can go beside. No second step: it can be made in one only.
struct foreign_key_statement {
    model::schema_item item;
    model::schema_item unchecked;
    std::optional<model::schema_item> validation;
};

foreign_key_statement foreign_key_of(const pg::catalog& from, const pg::catalog_constraint& key);

/// 0 for a table that holds rows itself.
int partition_height(const pg::catalog& source, pg::oid table);

} // namespace tropeiro::scheduler::plan

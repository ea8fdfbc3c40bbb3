// Binary or text: how a table's rows travel, and why. Pure.
//
// Binary costs the target half the CPU, and is right only when a value's bytes mean the same at the other
// end. They do not where a type names other types by oid (composites; arrays of types made in the database)
// or is an oid itself (regclass), has no send and receive functions, or belongs to an extension of another
// version over there.
#pragma once

#include "shared/model/job.hpp"
#include "shared/pg/catalog_types.hpp"

#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

struct format_choice {
    model::copy_format format = model::copy_format::binary;
    std::string reason; // why text: "column \"tags\": arrays of public.color name their element type by oid"
};

/// `columns`: those that are copied. `source` and `target`: the extensions of both servers.
format_choice choose_format(const std::vector<pg::catalog_column>& columns,
                            const std::vector<pg::catalog_extension>& source,
                            const std::vector<pg::catalog_extension>& target);

} // namespace tropeiro::scheduler::plan

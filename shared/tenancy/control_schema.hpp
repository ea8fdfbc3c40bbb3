// The control schema: installed and upgraded by numbered migrations that are part of the program
// (sql/NN_*.sql), recorded in tropeiro.control_migration. Free functions on the caller's connection.
#pragma once

#include "shared/base/error.hpp"
#include "shared/model/table_name.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"
#include "shared/tenancy/cities_table.hpp"

#include <string>
#include <vector>

namespace tropeiro::tenancy {

/// What one run of the installation did; empty and false when everything stood already.
struct installed {
    int version = 0;                  // the newest migration that stands now
    std::vector<std::string> applied; // names of those applied by this run, in order
    bool cities_created = false;
    bool cities_bound = false; // a cities table stands, made by us or found
};

/// Brings the control schema of this database to the program's version: one transaction, under an advisory
/// lock, so any number may call it at once and a failure leaves nothing behind. `with_cities` makes the
/// cities table when there is none; one that is there is never changed. Throws failure(conflict) when an
/// applied migration's text is not the one in this program, or when the database was upgraded by a newer
/// program.
task<installed> install_control_schema(pg::connection& control, bool with_cities,
                                       model::table_name cities = default_cities());

/// "the control schema is missing or older; run tropeiro init"
class schema_outdated : public failure {
    using failure::failure;
};

/// Throws schema_outdated unless every migration of this program stands in the database.
task<> require_control_schema(pg::connection& control);

} // namespace tropeiro::tenancy

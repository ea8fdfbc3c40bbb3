// What stands at the other end before the rollout: the server, and each tenant's database that exists.
#pragma once

#include "shared/pg/catalog.hpp"
#include "shared/pg/dsn.hpp"
#include "shared/tenancy/target_schema.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

struct target_server {
    pg::server_facts facts;
    std::vector<pg::catalog_extension> extensions;
    std::map<std::string, pg::catalog_database> databases;
    std::set<std::string> roles;
    bool locale_available = true;      // of the source's database
    std::optional<std::string> pooler; // the reason to take the way there for a transaction-mode pooler
};

/// `source`: whose locale is asked for.
task<target_server> read_target_server(pg::dsn admin, pg::server_facts source);

struct target_state {
    bool exists = false;
    std::optional<tenancy::target_identity> owner;
    pg::catalog catalog;
    std::map<pg::object_identity, std::string> objects; // with their shapes
    std::set<model::table_name> known;                  // to the ledger
    std::set<model::table_name> complete;               // every part has arrived
    std::set<model::table_name> verified;               // and were read back
    std::set<model::table_name> filled;                 // of the tables asked about: hold a row

    bool has(const pg::object_identity& object) const { return objects.count(object) > 0; }
};

/// Reads one database, within one snapshot. `wanted`: tables whose rows matter.
task<target_state> read_target(pg::dsn database, std::vector<model::table_name> wanted);

} // namespace tropeiro::scheduler::plan

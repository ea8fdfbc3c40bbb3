// The workspace: tropeiro.toml, the .env beside it and the process environment, as one constant struct
// that main makes and hands down. Connection strings stay secrets; pg/dsn reads them.
#pragma once

#include "shared/base/error.hpp"
#include "shared/base/secret.hpp"
#include "shared/config/environment.hpp"
#include "shared/model/module_map.hpp"
#include "shared/model/table_name.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tropeiro::config {

/// A secret and the variable it came from, which may be shown.
struct named_secret {
    std::string variable;
    secret value;
};

struct control_section {
    std::vector<std::string> url_env{"CONTROL_DB_URL", "TENANT_DB_URL"};
    model::table_name cities{"public", "cities"};
    std::vector<model::table_name> tables; // never leave the control plane
};

struct source_section {
    std::vector<std::string> url_env{"SOURCE_DB_URL", "SUPABASE_DB_URL"};
    std::string tenant_column = "city_id"; // legacy rows: NULL
    std::string legacy_slug;               // the city that legacy rows belong to; empty: none
};

struct target_section {
    std::vector<std::string> admin_url_env{"TARGET_ADMIN_URL", "NEON_ADMIN_URL"};
    std::string database = "conecta_{slug}"; // for model::database_name
};

struct redis_section {
    std::vector<std::string> url_env{"REDIS_URL"}; // unset: a private redis-server
};

struct copy_section {
    std::int64_t batch_rows = 50'000;
    std::int64_t part_bytes = std::int64_t{256} << 20U;
    std::int64_t small_table_bytes = std::int64_t{8} << 20U;
    std::int64_t pass_tenants = 32;    // served by one reading of a table, at most
    std::int64_t most_bad_rows = 1000; // refused rows of one table of one tenant that a quarantine takes
};

struct limits_section {
    std::int64_t per_server = 8;                   // `default`: jobs at once per server, a pass being one
    std::int64_t tries = 8;                        // failed ones after which a job is dead
    std::map<std::string, std::int64_t> resources; // "t:HOST:PORT", "s:HOST:PORT" -> jobs at once; 0 pauses
};

struct server_section {
    std::string url; // of the scheduler; empty: embedded
    std::string listen = "127.0.0.1:7077";
    std::string token_env = "TROPEIRO_TOKEN";
};

struct workspace {
    std::filesystem::path file;      // empty: none was found, all defaults
    std::filesystem::path directory; // where relative paths begin
    control_section control;
    source_section source;
    target_section target;
    redis_section redis;
    copy_section copy;
    limits_section limits;
    server_section server;
    model::module_map modules;
    environment variables; // .env and the process environment, the latter wins

    /// The connection strings. Missing: error(usage) "Connection string not provided: set SOURCE_DB_URL or
    /// ...".
    result<named_secret> source_url() const;

    /// The control database may be the source's: so it is when control.url_env is left as it is by default
    /// and none of its variables is set.
    result<named_secret> control_url() const;
    /// Whether one of its own variables is set.
    bool names_control() const;
    result<named_secret> target_admin_url() const;

    /// Nothing when unset: a private redis-server is started.
    std::optional<named_secret> redis_url() const;

    /// The bearer token of the scheduler; nothing when unset.
    std::optional<named_secret> server_token() const;

    /// NEON_PROJECT_ID; empty when unset. Shown, not used.
    std::string neon_project_id() const;

    /// For what only some commands need (keys, DB_URL of a service): the first of the names that is set and
    /// not empty; `purpose` ends the sentence of the error: "the finance database".
    result<named_secret> connection_string(const std::vector<std::string>& names,
                                           std::string_view purpose) const;
};

} // namespace tropeiro::config

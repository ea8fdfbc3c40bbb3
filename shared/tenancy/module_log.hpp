// public.tenant_module_log: what was provisioned for whom, when, and how it ended. Written by publish and,
// for failures, by the scheduler; read by people. Free functions on the caller's connection.
#pragma once

#include "shared/model/ids.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tropeiro::tenancy {

/// The `status` of what was published.
inline constexpr std::string_view log_provisioned = "provisioned";
/// The `status` of rows that a database refused and that went to its quarantine: `rows` of them, the first one's `error`.
inline constexpr std::string_view log_quarantined = "quarantined";
/// The `action` of a table that an earlier rollout had completed, and that this one left as it was.
inline constexpr std::string_view log_keep = "keep";

struct module_log_line {
    model::tenant_id tenant;
    std::string module_name;
    std::optional<std::string> schema_name;
    std::optional<std::string> table_name; // none: the line is about the module as a whole
    std::string status;
    std::string action = "provision";
    std::optional<std::int64_t> rollout;
    std::optional<std::int64_t> job;
    std::optional<std::int64_t> rows;
    std::optional<std::int64_t> bytes;
    std::optional<std::string> receipt; // of what the rollout sent and found again; empty: no row
    std::optional<std::int32_t> epoch;  // of the rollout's snapshots: under which it was copied
    std::optional<std::int64_t> duration_ms;
    std::optional<std::string> error;
    std::string at; // RFC 3339; set when read, ignored when written
};

/// Adds the lines in one statement; in the caller's transaction when there is one. A line of a rollout that
/// stands already (same rollout, tenant, module, table, status) is replaced, so that a step that runs twice
/// writes once.
task<> write_module_log(pg::connection& control, std::vector<module_log_line> lines);

struct module_log_filter {
    std::string tenant_slug; // empty: all tenants
    std::optional<std::int64_t> rollout;
    std::int64_t limit = 1000;
};

/// Newest first.
task<std::vector<module_log_line>> read_module_log(pg::connection& control, module_log_filter filter);

} // namespace tropeiro::tenancy

// What the planner's tests share: a source database in its exported snapshot, plans of it, and a stand-in for
// the workers that carries a plan out job by job, in the order in which the plan lists them.
#pragma once

#include "scheduler/plan/planner.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tropeiro::test {

/// The file beside the tests' sources, as text.
std::string source_file(const std::string& path);

/// A fresh database with the nasty schema, or with the example of the thirty municipal tables.
pg::dsn nasty_database();
pg::dsn conecta_database();

/// Plans inside an exported snapshot that ends with the call. `target`: another server than the source's.
scheduler::plan::plan make_plan(const pg::dsn& source, scheduler::plan::plan_request request,
                                scheduler::plan::plan_settings settings, std::vector<model::tenant> tenants,
                                std::optional<pg::dsn> target = std::nullopt);

model::tenant tenant_named(const std::string& slug,
                           const std::string& id = "7d9f0c1e-3d5b-4b89-9b0a-0f6b6f1d2c3a");

/// Carries out the jobs; `until` leaves before the first job of that kind.
void carry_out(const pg::dsn& source, const scheduler::plan::plan& plan,
               std::optional<model::job_kind> until = std::nullopt,
               std::optional<pg::dsn> target = std::nullopt);

/// pg_dump --schema-only of these tables, without comments.
std::vector<std::string> schema_of(const pg::dsn& database, const std::vector<model::table_name>& tables);

/// Lines that only one of the two has, "- " for the first and "+ " for the second; the order plays no part.
std::string difference(std::vector<std::string> first, std::vector<std::string> second);

/// "severity what (hint)" of each finding, for messages and for looking.
std::string findings_text(const scheduler::plan::plan& plan);

/// Whether a finding of this severity says so, in its text or its hint.
bool found(const scheduler::plan::plan& p, scheduler::plan::finding::severity_t severity,
           const std::string& words);

inline constexpr auto blocks = scheduler::plan::finding::severity_t::blocks;
inline constexpr auto warns = scheduler::plan::finding::severity_t::warns;
inline constexpr auto notes = scheduler::plan::finding::severity_t::notes;

/// Settings with database names of their own.
scheduler::plan::plan_settings with_pattern();

/// The same with some modules of the example and its control plane.
scheduler::plan::plan_settings municipal();

scheduler::plan::plan_request everything(scheduler::plan::rows_wanted rows);
scheduler::plan::plan_request modules(std::vector<std::string> names, scheduler::plan::rows_wanted rows);

/// Three students of the legacy city and two of the one that tenant_named() makes, with their schools.
void fill_schools(const pg::dsn& source);

std::vector<model::table_name> table_names(const scheduler::plan::plan& p);
std::size_t jobs_of(const scheduler::plan::plan& p, model::job_kind kind);
const scheduler::plan::table_plan& table_of(const scheduler::plan::plan& p, const std::string& name,
                                            std::size_t tenant = 0);

} // namespace tropeiro::test

// The flags that say what a plan is to do, shared by `rollout plan|start`, `tenant provision` and `module
// enable`, and the request that they come to.
#pragma once

#include "scheduler/cli/command.hpp"
#include "scheduler/cli/session.hpp"

namespace tropeiro::scheduler::cli {

/// --modules --tables --all-tables --batch-size --truncate --merge --create-roles.
std::vector<flag> table_flags();

json::array array_of(const std::vector<std::string>& words);

/// --max-failures --waves --canary --pause-between-waves.
std::vector<flag> pace_flags();

/// --workers --detach.
std::vector<flag> running_flags();

/// --modules, --tables or --all-tables. Throws failure(usage) when more than one is given.
json::object tables_from_flags(const arguments& given);

/// The body of POST /v1/plans without tenants and rows. Throws failure(usage) for flags that exclude each
/// other.
json::object request_from_flags(const arguments& given);

/// "all", "a,b" or "@file" with a slug a line; # begins a comment. Throws failure(usage) when the file cannot
/// be read.
json::array tenants_from(const std::string& text);

/// --workers for a command that works by itself, where there is no server.
void use_workers(session& s, const arguments& given);

/// Asks first when the request empties tables; then POST /v1/rollouts, a word about the plan, and to its end
/// unless
/// --detach. The exit code.
task<int> start_and_follow(session& s, const arguments& given, json::object request);

/// The same for jobs that are no rollout of tenants: posts the request, follows what it has started.
task<int> start_jobs_and_follow(session& s, const arguments& given, std::string path, json::object request);

} // namespace tropeiro::scheduler::cli

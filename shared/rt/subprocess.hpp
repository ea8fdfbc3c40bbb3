// Running a program and waiting for it on the loop: pg_dump, pg_restore, a validation command. Pipes and a
// pidfd, no SIGCHLD. Secrets go into the child's environment, never into its arguments, which everybody can
// read.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/base/error.hpp"
#include "shared/base/secret.hpp"
#include "shared/rt/asio.hpp"

#include <map>
#include <string>
#include <vector>

namespace tropeiro::rt {

struct command {
    std::string program; // a name looked up in PATH, or a path
    std::vector<std::string> args;
    std::map<std::string, std::string> environment; // added to ours
    std::map<std::string, secret> secrets;          // added to ours too: PGPASSWORD
    std::string input;                              // bytes for its stdin
    std::size_t max_output = std::size_t{256} << 20U;
    std::string directory; // working directory; empty: ours
};

struct outcome {
    int exit_status = 0;  // 128 + signal when a signal ended it, as a shell says it
    std::string output;   // stdout
    std::string messages; // stderr, its first MB

    bool ok() const { return exit_status == 0; }
};

/// Where the program is: the path itself, PATH, then PostgreSQL's own folders, the newest version first; behind Debian's
/// pg_wrapper, which looks for it there as well, what is to be found there. failure(not_found) names the Debian package
/// that brings it.
std::string find_program(const std::string& program);

/// Runs the command to its end. Throws failure: not_found when there is no such program, failed when it
/// writes more than max_output, unreachable after `limit`. On a cancellation and on each of these the child
/// gets SIGTERM, and SIGKILL two seconds later. An exit status other than 0 is the caller's to judge.
task<outcome> run(command what, steady::duration limit);

/// As run(), but an exit status other than 0 is failure(failed, "pg_dump ended with exit status 1:
/// <stderr>").
task<outcome> run_checked(command what, steady::duration limit);

} // namespace tropeiro::rt

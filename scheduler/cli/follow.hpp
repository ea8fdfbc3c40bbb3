// Following a rollout to its end: asks for its progress, shows it, and prints what each city came to.
#pragma once

#include "scheduler/cli/session.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tropeiro::scheduler::cli {

/// The scheduler has paused the rollout: too many cities failed, or a wave is over and somebody wants to look.
inline constexpr int exit_paused = 7;

/// Returns when the rollout is finished, with the exit code: 0 done, 3 dead jobs, cancelled or rows in quarantine; or when
/// the scheduler has paused it and its last job has ended: exit_paused. A first Ctrl-C
/// leaves it resumable, says how to go on, and gives 130. In the embedded mode the workers are started.
task<int> follow_rollout(session& s, std::int64_t rollout);

/// What a finished rollout came to, and how to go on after dead jobs; the exit code as above.
task<int> show_end(session& s, std::int64_t rollout);

/// The table of GET /v1/rollouts/{id}/outcome. Pure.
std::string render_outcome(const json::value& outcome, const paint& colour);

/// "rollout 7 is done: 3 cities, 1,200 rows, 2.0 MB in 12.1s". Pure.
std::string outcome_sentence(const json::value& outcome);

/// "3 rows quarantined in recife.students: ...", one a table; of an outcome or of GET /v1/rollouts/{id}. Pure.
std::vector<std::string> quarantine_lines(const json::value& answer);

/// "12 tables were copied from the source as of 2026-03-01T12:00:00Z ...", one a moment, where there are several; of the same answers.
/// Pure.
std::vector<std::string> moment_lines(const json::value& answer);

/// 0 when every city is done, no row was set aside and every checked table is well, else that of error_kind::partial. Pure.
int outcome_exit_code(const json::value& outcome);

/// What a rollout that ends before its end leaves behind in databases that existed before. Pure.
std::string set_aside_by(std::int64_t rollout);

/// Why the scheduler has paused it and how to go on. Pure.
std::string after_pause(std::int64_t rollout, const std::string& why);

/// How to go on after dead jobs, and what is amiss until then; a check leaves nothing amiss. Pure.
std::string after_dead_jobs(std::int64_t rollout, bool is_check);

} // namespace tropeiro::scheduler::cli

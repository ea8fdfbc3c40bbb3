// rollout undo: its row of the command table, and what it says. The text is pure.
#pragma once

#include "scheduler/cli/command.hpp"
#include "scheduler/cli/json_view.hpp"

namespace tropeiro::scheduler::cli {

command undo_command();

/// What goes, comes back, stays and has changed, of the answer to POST /v1/rollouts/{id}/undo.
std::string render_undo(const json::value& answer);

/// "Undo rollout 7 for recife? Database conecta_recife is dropped, 3 connections to it end."
std::string undo_question(std::int64_t rollout, const json::value& look);

/// What an undoing ends with, of its answer or of a look: 0; that of error_kind::partial when something has to stay; that
/// of error_kind::refused when there are changes that are not to be discarded.
int undo_exit_code(const json::value& answer);

} // namespace tropeiro::scheduler::cli

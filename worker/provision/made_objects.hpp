// Keeps account of what a rollout makes in a tenant's database beside rows, and of what it sets aside there, for
// `rollout undo`: see tropeiro.made_object and tropeiro.set_aside. Everything here belongs to the transaction that makes
// the change. Free functions on the caller's connection.
#pragma once

#include "shared/model/job.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

namespace tropeiro::worker::provision {

/// Before a script, in its transaction: what stands.
task<> note_before(pg::connection& target);

/// After it, in the same transaction: what is new, under the rollout's number (0: of a template).
task<> note_made(pg::connection& target, model::rollout_id rollout);

/// An index or constraint that the transaction has made.
task<> note_item(pg::connection& target, model::rollout_id rollout, const model::schema_item& item);

} // namespace tropeiro::worker::provision

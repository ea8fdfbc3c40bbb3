// How long a claim lasts without a sign of life. Plain numbers; every clock in the queue is Redis's own.
#pragma once

#include "shared/base/clock.hpp"

namespace tropeiro::queue {

/// A worker reports this often.
inline constexpr milliseconds beat_interval{5000};

/// A job is taken away when nothing was heard of it for so long: six beats.
inline constexpr milliseconds lease_time{30'000};

/// What a job that was running when Redis was lost gets: its worker needs time to notice and come back.
inline constexpr milliseconds adopted_lease_time{60'000};

/// A job whose workers died more often than this is poison.
inline constexpr int max_recoveries = 5;

static_assert(lease_time >= 3 * beat_interval, "one lost beat must not cost a lease");

/// True when a beat is due: the last one was sent `since` ago.
constexpr bool beat_due(milliseconds since) { return since >= beat_interval; }

/// True when the lease must be taken for lost, because the last answered beat is so long ago. Earlier than
/// the server's own verdict, so that a worker stops before another one starts.
constexpr bool lease_lost(milliseconds since_answer) { return since_answer >= lease_time - beat_interval; }

} // namespace tropeiro::queue

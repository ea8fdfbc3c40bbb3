// Names in Redis: the only place for them in C++. lua/pre_keys.lua is the other half, and no transition spells
// one.
//
// Everything stands under `{tropeiro}:e<epoch>:`; the braces put it all in one slot of a cluster. Ids are
// bigints of the control database. A lane is interned to a small number n, because names of managed servers
// are long.
//
//   j:<id>       HASH  the job: st run typ city lane score max, and as far as they are set: pend try att own
//                      t0 rec pr sig pass. Each value has at most 64 bytes: it stays a listpack. Done and
//                      cancelled jobs stay for an hour.
//   kids:<id>    SET   jobs that wait for this one
//   run:<id>     HASH  counts by state (wait ready active delay paused done dead cancelled) and ctl, which
//                      is cancel, pause or forget
//   ids:<run>:<b>  SET   the rollout's jobs with id / 256 = b: small enough to be an intset
//   buckets:<run>  SET   its values of b
//   sweep:<run>  SET   those of them that a cancel or pause has yet to visit
//   sweeps       SET   rollouts with a sweep under way
//   roots:<run>  SET   jobs with nothing to wait for, held until `seal`
//   fan          SET   finished jobs with dependents left to release
//
//   pass:<run>:<p>  ZSET  ready members of a pass -> since when (ms)
//   hold:<run>:<p>  SET   members that have nothing left to wait for but the missing ones
//   with:<run>:<p>  SET   active members
//   miss:<run>   HASH  p -> members that are missing still
//   gates        ZSET  <run>:<p> -> when the pass goes without them (ms)
//
//   lane         HASH  lane name -> n
//   ln:<n>       HASH  name; clk: the clock of its ring; on: the resource that it is parked on
//   lanes        ZSET  n -> virtual time: lanes that can be served
//   ring:<n>     ZSET  city -> virtual time
//   rdy:<n>:<city>  ZSET  id -> minus score
//   age:<n>      ZSET  ready id -> since when (ms)
//   cap          HASH  resource -> limit; also `s:*`, `t:*`, `c:*`, `*`; 0 = stopped
//   use:<resource>   SET   active ids: a set and no counter, so that a slot cannot leak
//   park:<resource>  ZSET  lanes that wait for a slot -> virtual time (c:<city>: the city's in the lane)
//   parked       SET   resources that something may be parked on
//
//   lease        ZSET  active id -> expiry (ms)
//   delay        ZSET  id -> due (ms)
//   dead         ZSET  id -> since when (ms)
//   workers      ZSET  name -> last beat (ms)
//   w:<name>     HASH  i: its description; expires
//   wctl         HASH  worker or * -> drain
//   wake         ZSET  one marker, popped by an idle worker
//   ev           STREAM  t: what, j: id; about the last 10,000
//   meta         HASH  open; run_id; clk: the clock of the lanes
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tropeiro::queue::keys {

/// "{tropeiro}:e7:"
std::string prefix(std::int64_t epoch);

/// The one-marker set that idle workers block on.
std::string wake(std::int64_t epoch);

/// The capped stream of what happened.
std::string events(std::int64_t epoch);

/// For SCAN: the keys of every epoch.
std::string_view every_epoch();

/// The epoch that a key belongs to; nothing for a key that is not ours.
std::optional<std::int64_t> epoch_of(std::string_view key);

} // namespace tropeiro::queue::keys

// Between the queue's structs and the words that scripts take and give. Pure; the order of the words is
// documented in the header comment of each script.
#pragma once

#include "shared/queue/queue.hpp"
#include "shared/redis/reply.hpp"

#include <span>
#include <string>
#include <vector>

namespace tropeiro::queue::words {

using list = std::vector<std::string>;

/// Words of one item of enqueue.lua and of adopt.lua. Throw failure(usage) for a job that cannot be queued:
/// an id that is not positive, a name that is too long.
void append(list& out, const enqueue_item& item);
void append(list& out, const adopt_item& item);

/// "rows,bytes" and back; nothing readable is no progress.
std::string to_text(const model::progress& progress);
model::progress progress_from(std::string_view text);

std::vector<claimed> claims_from(const redis::reply& jobs);
claim_answer claim_from(const redis::reply& reply);
beat_reply beats_from(const redis::reply& reply);
std::vector<reaped> reaped_from(const redis::reply& triples);
std::optional<job_view> view_from(const redis::reply& reply);
std::optional<job_facts> facts_from(const redis::reply& reply);
queue_counts counts_from(const redis::reply& reply);
limit_view limit_from(const redis::reply& reply);

/// Milliseconds; -1 stands for none.
std::optional<milliseconds> time_from(const redis::reply& reply);

} // namespace tropeiro::queue::words

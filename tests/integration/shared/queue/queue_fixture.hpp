// A queue of its own for each test: one redis-server for all, an epoch for each. After the test the structure
// in Redis is checked against what lua/pre_keys.lua promises.
#pragma once

#include "shared/queue/redis_queue.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tropeiro::test {

using model::job_id;
using model::rollout_id;
using queue::beat_answer;
using queue::claimed;
using queue::enqueue_item;
using queue::fail_answer;
using queue::redis_queue;
using queue::release_answer;
using namespace std::chrono_literals;

redis::url url_of(const redis_server& server);

/// An epoch that no other test of this executable uses.
std::int64_t next_epoch();

/// Every promise of pre_keys.lua that the keys of this queue break; empty is well.
task<std::vector<std::string>> faults_of(redis::url address, std::int64_t epoch);

/// Runs the body with an open queue in a fresh epoch of the server, then checks the structure.
void with_queue(redis_server& server, std::function<task<>(redis_queue&)> body);
void with_queue(std::function<task<>(redis_queue&)> body);

/// A job of rollout 1 that copies from s:src to t:dst; a test changes what it is about.
enqueue_item job(std::int64_t id, std::string city = "olinda");

/// Enqueues and seals rollout `run`.
task<> load(redis_queue& q, std::vector<enqueue_item> items, std::int64_t run = 1);

/// Claims exactly one job, or throws.
task<claimed> claim_one(redis_queue& q, std::string worker = "w1", milliseconds lease = queue::lease_time);

/// The state in Redis, "unknown" for none.
task<std::string> state_of(redis_queue& q, std::int64_t id);

/// Claims and completes, one by one, until nothing is left; the cities in the order served.
task<std::vector<std::string>> drain_cities(redis_queue& q);

std::vector<std::int64_t> ids_of(const std::vector<claimed>& jobs);

} // namespace tropeiro::test

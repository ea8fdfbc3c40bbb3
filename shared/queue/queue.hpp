// What goes into the queue and what comes out: plain structs, no Redis. The transitions are in
// redis_queue.hpp.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/model/ids.hpp"
#include "shared/model/progress.hpp"
#include "shared/queue/retry_policy.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::queue {

/// A job as the control database hands it over.
struct enqueue_item {
    model::job_id id;
    model::rollout_id run;
    std::string kind;                      // at most 64 bytes, as are city and worker names
    std::string city;                      // jobs of a city are served by score; cities take turns
    std::string lane;                      // lane_name(): the resources it uses
    double score = 0;                      // of a city's jobs in a lane, the largest goes first
    std::vector<model::job_id> depends_on; // those that are not done yet
    int max_tries = default_tries;
    std::int64_t attempt_floor = 0; // claim_seq of the control database: the next claim gets a larger number
    int tries = 0;                  // failed ones so far
    std::int64_t pass = 0;          // members of one pass of a rollout are done together; 0: alone
};

/// "s:<source>|t:<target>": a job that reads one server and writes another holds a slot on both. Either may
/// be empty.
/// '|' inside a name becomes '_'.
std::string lane_name(std::string_view source, std::string_view target);

/// A job that runs, as the control database knows it; job.attempt_floor is the number it runs under.
struct adopt_item {
    enqueue_item job;
    std::string owner;
};

struct claimed {
    model::job_id id;
    std::int64_t attempt = 0; // the fence: grows with every claim of the job
    std::string kind;
    model::rollout_id run;
    std::string city;
    int tries = 0;         // failed ones so far: what the delay after the next failure is made from
    std::int64_t pass = 0; // others of it can be taken along with join(); 0: none
};

struct claim_answer {
    bool open = false;                      // false: claiming is stopped, or Redis lost its data
    bool drain = false;                     // true: this worker shall take nothing more
    std::optional<milliseconds> next_delay; // until the next delayed job is due
    std::vector<claimed> jobs;
};

struct beat_item {
    model::job_id id;
    std::int64_t attempt = 0;
    model::progress progress;
};

enum class beat_answer {
    ok,
    cancel, // its rollout is cancelled: stop at the next batch boundary and fail or release it
    drain,  // the worker leaves: stop at the next batch boundary and release it
    lost,   // somebody else has it, or nobody: stop at once
};

struct beat_reply {
    bool drain = false;
    std::vector<beat_answer> jobs; // in the order of the items
};

struct complete_answer {
    bool stale = false;        // the claim was not the current one; nothing changed
    std::int64_t released = 0; // dependents that became ready
};

enum class fail_answer {
    retry,     // comes back after the delay
    dead,      // no tries left, or fatal
    cancelled, // its rollout is cancelled
    stale,     // the claim was not the current one; nothing changed
};

enum class release_answer { released, cancelled, stale };

/// A job whose lease ran out.
struct reaped {
    enum class outcome_t { ready, poison, cancelled };
    model::job_id id;
    std::int64_t attempt = 0; // that was lost
    outcome_t outcome = outcome_t::ready;
};

/// Jobs by state; `paused` are ready ones of a paused rollout.
struct queue_counts {
    std::int64_t wait = 0;
    std::int64_t ready = 0;
    std::int64_t active = 0;
    std::int64_t delay = 0;
    std::int64_t paused = 0;
    std::int64_t done = 0;
    std::int64_t dead = 0;
    std::int64_t cancelled = 0;

    std::int64_t unfinished() const { return wait + ready + active + delay + paused; }
    std::int64_t total() const { return unfinished() + done + dead + cancelled; }
    friend bool operator==(const queue_counts&, const queue_counts&) = default;
};

struct job_view {
    model::job_id id;
    std::string state; // wait ready active delay paused done dead cancelled
    model::rollout_id run;
    std::string kind;
    std::string city;
    std::string lane;
    std::int64_t attempt = 0;
    int tries = 0;
    int recoveries = 0;
    std::string owner;                   // the worker that has it or had it last
    std::optional<milliseconds> running; // active: since the claim
    std::string signature;               // of its last failure
    model::progress progress;
};

/// Everything that can hold a job back; `reason()` in why.hpp makes the sentence.
struct job_facts {
    struct limit {
        std::string resource; // "s:db1", "t:neon-7", "c:olinda"
        std::int64_t cap = 0;
        std::int64_t used = 0;
        std::vector<model::job_id> users; // the first ten
    };
    std::string state;
    std::int64_t open_dependencies = 0;
    bool sealed = true;              // false: its rollout is still being loaded
    std::optional<milliseconds> due; // delayed: until it comes back
    std::vector<limit> blocked;      // resources without a free slot
    std::string control;             // of its rollout: "", "pause", "cancel"
    bool open = false;               // claiming
    std::int64_t workers = 0;        // alive and not draining
    std::int64_t ahead = 0;          // ready jobs of the same city and lane that go first
    std::string owner;
    std::int64_t attempt = 0;
    int tries = 0;
    int max_tries = 0;
    int recoveries = 0;
    std::optional<milliseconds> lease; // active: what is left
    std::string signature;
    bool gathering = false; // held back by nothing but the members of its pass that are not there yet
};

struct limit_view {
    std::string resource; // "s:db1", also the defaults "*", "s:*", "t:*", "c:*"
    std::optional<std::int64_t> explicit_limit;
    std::optional<std::int64_t> effective; // nothing: unlimited
    std::int64_t used = 0;
    std::int64_t parked = 0; // lanes that wait for it
};

struct lane_age {
    std::string lane;
    std::int64_t ready = 0;
    milliseconds oldest{0}; // the scaling signal
};

struct worker_view {
    std::string name;
    std::string info; // what it said of itself, JSON
    milliseconds last_beat{0};
    bool drain = false;
};

struct queue_meta {
    bool open = false;
    std::string run_id; // of the server that the epoch was loaded into; empty: nothing was loaded here
};

struct event {
    std::string cursor; // position in the feed
    std::string what;   // active done retry release dead poison reaped cancelled redo
    model::job_id id;
};

} // namespace tropeiro::queue

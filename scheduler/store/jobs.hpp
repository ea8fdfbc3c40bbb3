// Jobs in the control database, for people and for loading the queue. Free functions on the caller's
// connection.
#pragma once

#include "scheduler/store/records.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tropeiro::scheduler::store {

struct job_filter {
    std::optional<model::rollout_id> rollout;
    std::optional<model::job_state> state;
    std::string city;       // slug; empty: all
    std::int64_t after = 0; // numbers above this one: the next page
    std::int64_t limit = 200;
};

/// By number.
task<std::vector<job_record>> list_jobs(pg::connection& control, job_filter filter);

/// Throws failure(not_found) "there is no job 17".
task<job_record> get_job(pg::connection& control, model::job_id id);

/// The job's specification as it stands in the database.
task<boost::json::value> get_job_spec(pg::connection& control, model::job_id id);

/// An unfinished job as the queue needs it.
struct open_job {
    model::job_id id;
    model::rollout_id rollout;
    model::job_kind kind{};
    std::string city;
    std::string lane;
    double score = 0;
    std::int64_t pass = 0; // of the rollout; 0: alone
    bool running = false;
    std::int64_t claim_seq = 0;
    std::string owner;
    std::int32_t attempts = 0;
    std::vector<std::int64_t> open_dependencies; // those that are not done
};

/// Jobs of the rollout that wait or run, by number above `after`. Jobs that wait for a dead or cancelled one
/// are among them, held by that dependency.
task<std::vector<open_job>> open_jobs(pg::connection& control, model::rollout_id rollout, std::int64_t after,
                                      std::int64_t limit);

/// What reconciling compares: every job of a rollout with its state and claim.
struct job_standing {
    model::job_id id;
    model::job_state state{};
    std::int64_t claim_seq = 0;
    std::int32_t attempts = 0;
    bool free = false; // nothing that it depends on is left to do
};
task<std::vector<job_standing>> job_standings(pg::connection& control, model::rollout_id rollout,
                                              std::int64_t after, std::int64_t limit);

/// The queue gave up on these (a worker died over them again and again): dead here too, with this error. Jobs
/// that moved on meanwhile are left alone. How many changed.
task<std::int64_t> bury_jobs(pg::connection& control, std::vector<std::int64_t> ids, std::string why);

/// Jobs of cancelled rollouts that no worker holds any more. How many changed.
task<std::int64_t> cancel_jobs(pg::connection& control, std::vector<std::int64_t> ids);

} // namespace tropeiro::scheduler::store

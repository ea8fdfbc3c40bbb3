// What the control database says about rollouts and jobs, as plain values. Moments are RFC 3339 text, UTC.
#pragma once

#include "shared/model/ids.hpp"
#include "shared/model/job.hpp"
#include "shared/model/rollout.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tropeiro::scheduler::store {

struct rollout_record {
    model::rollout_id id;
    std::string title;
    model::rollout_state asked{}; // by the operator: running, paused or cancelled
    model::rollout_state state{};
    bool is_check = false; // compares what stands in the cities, instead of bringing it
    model::job_counts jobs;
    boost::json::value options; // the request as it came
    boost::json::value summary; // what the plan counted: {"tenants","tables","rows","bytes","jobs"}
    bool needs_snapshot = false;
    std::optional<std::int64_t> max_failed; // more failed cities pause it
    std::optional<std::string> paused_why;  // set while the scheduler, not a person, has paused it
    std::int32_t wave = 1;                  // the newest that has begun
    std::int32_t waves = 1;
    std::string created_at;
    std::optional<std::string> finished_at;
};

struct job_record {
    model::job_id id;
    model::rollout_id rollout;
    std::string tenant; // uuid
    std::string city;   // slug
    std::string database;
    model::job_kind kind{};
    std::string label;
    std::string lane;
    double score = 0;
    model::job_state state{};
    std::int64_t claim_seq = 0;
    std::optional<std::string> owner;
    std::int32_t attempts = 0;
    std::optional<std::string> error;
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    std::int64_t expected_rows = 0;
    std::int64_t expected_bytes = 0;
    std::vector<std::int64_t> depends_on;
    std::optional<std::string> started_at;
    std::optional<std::string> finished_at;
};

/// One error of a city, the newest first.
struct city_error {
    model::job_id job;
    std::string label;
    std::string error;
    model::job_state state{}; // dead, or wait and running when another try is due
};

/// How far one city of a rollout is.
struct city_progress {
    std::string city; // slug
    std::string tenant;
    std::string state; // waiting, running, paused, done, failed, cancelled, undoing, undone
    std::int32_t wave = 1;
    std::string phase; // kind of the furthest running job, else of the next one; empty when nothing is left
    std::int64_t rows = 0; // of finished copy jobs; what running ones have done is in Redis
    std::int64_t bytes = 0;
    std::int64_t expected_rows = 0;
    std::int64_t expected_bytes = 0;
    model::job_counts jobs;
    std::vector<std::int64_t> running_jobs; // numbers, to look up what they report
    std::vector<city_error> errors;
};

/// What one city of a rollout came to.
struct city_outcome {
    std::string city;
    std::string tenant;
    std::string status;      // done, failed, cancelled, paused, running, undoing, undone
    std::int64_t tables = 0; // that this rollout brought; not those that an earlier one had completed
    std::int64_t rows = 0;   // that it committed, also in a city that failed
    std::int64_t bytes = 0;
    double seconds = 0;        // from the first job's start to the last one's end
    std::int64_t receipts = 0; // of these tables, those that were read back and proved: not merged ones
    bool verified = false;     // every verify job is done
    std::optional<std::string> error; // the first dead job's
};

/// Rows of a city's table that its database refused: they are in tropeiro.quarantined_row there.
struct quarantined_table {
    std::string city; // slug
    model::table_name table;
    std::int64_t rows = 0;
    std::string error; // the first one's, with its key
};

/// A moment of the source, and how many tables of a rollout's cities show it.
struct shown_moment {
    std::int32_t epoch = 0;
    std::string taken_at;     // RFC 3339, UTC
    std::string ended_reason; // why another one followed
    std::int64_t tables = 0;
    std::int64_t mixed_cities = 0; // of the rollout: those whose tables show several moments
};

} // namespace tropeiro::scheduler::store

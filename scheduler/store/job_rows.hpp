// A plan's job drafts as rows of tropeiro.job: numbers in place of indices. Pure; internal to
// scheduler/store.
#pragma once

#include "scheduler/plan/plan.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tropeiro::scheduler::store {

/// Columns side by side, as INSERT ... SELECT FROM unnest wants them. All of one length.
struct job_rows {
    std::vector<std::int64_t> id;
    std::vector<std::string> tenant;
    std::vector<std::string> city;
    std::vector<std::string> database;
    std::vector<std::string> kind;
    std::vector<std::string> label;
    std::vector<std::string> lane;
    std::vector<std::string> score;
    std::vector<std::string> spec;
    std::vector<std::string> depends_on; // "{1,2}"
    std::vector<std::int64_t> rows;
    std::vector<std::int64_t> bytes;
    std::vector<std::int64_t> pass;
    std::vector<std::int64_t> wave;

    std::size_t size() const { return id.size(); }
};

/// The target server among the resources whose slots jobs take.
std::string target_resource(const plan::plan& what);

/// "s:<source>|t:<target>": the servers whose connections a job of this kind needs.
std::string lane_of(const plan::plan& what, model::job_kind kind);

/// Rows of the jobs [first, first + count). `ids` are the numbers of all jobs, `scripts` those of all
/// scripts. Throws `failure` for a draft that refers to a tenant, script or job that the plan does not have.
job_rows make_job_rows(const plan::plan& what, std::span<const std::int64_t> ids,
                       std::span<const std::int64_t> scripts, std::size_t first, std::size_t count);

} // namespace tropeiro::scheduler::store

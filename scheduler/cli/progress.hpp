// A rollout's progress as the interface tells it (GET /v1/rollouts/{id}), and how fast it goes. Plain values
// and pure functions; asked every half second by follow.cpp, shown by progress_view.cpp.
#pragma once

#include "scheduler/cli/json_view.hpp"
#include "shared/base/clock.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tropeiro::scheduler::cli {

struct city_progress {
    std::string slug;
    std::string state; // waiting, running, paused, done, failed, cancelled
    std::int64_t wave = 1;
    std::string phase; // the kind of job it is at: copy, indexes, ...
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    std::int64_t expected_rows = 0;
    std::int64_t expected_bytes = 0;
    std::int64_t jobs_done = 0;
    std::int64_t jobs_total = 0;
    std::string error; // the first one of a dead job

    bool active() const { return state == "running"; }
    bool moves_rows() const; // copies or compares
};

struct rollout_progress {
    std::int64_t id = 0;
    std::string title;
    std::string state; // running, paused, done, failed, cancelled
    std::int64_t jobs_done = 0;
    std::int64_t jobs_total = 0;
    std::int64_t jobs_dead = 0;
    std::int64_t jobs_running = 0;
    std::int64_t wave = 1; // the newest that has begun
    std::int64_t waves = 1;
    std::string paused_why; // by the scheduler
    std::vector<city_progress> cities;

    bool finished() const { return state == "done" || state == "failed" || state == "cancelled"; }
    /// The scheduler has paused it and nothing runs any more: somebody must decide.
    bool stopped() const { return state == "paused" && !paused_why.empty() && jobs_running == 0; }
    std::int64_t cities_in(std::string_view wanted) const;
    city_progress sum() const; // rows and bytes of all cities
};

rollout_progress read_progress(const json::value& answer);

/// Bytes a second over the last ten seconds.
class rate_meter {
  public:
    void add(steady::time_point when, std::int64_t bytes);
    double bytes_per_second() const;

    /// Nothing while the speed is not known or nothing is left.
    std::optional<std::chrono::duration<double>> time_left(std::int64_t bytes, std::int64_t expected) const;

  private:
    std::deque<std::pair<steady::time_point, std::int64_t>> samples_;
};

} // namespace tropeiro::scheduler::cli

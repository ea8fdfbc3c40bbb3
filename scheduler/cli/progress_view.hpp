// How progress is shown. On a terminal a frame that is redrawn in place: a line per active city, never more
// lines than the terminal has, and a summary. Elsewhere one line per change of a city's state or phase. Both
// make text only; output.cpp writes it to stderr.
#pragma once

#include "scheduler/cli/progress.hpp"
#include "scheduler/cli/terminal.hpp"

#include <map>
#include <string>
#include <vector>

namespace tropeiro::scheduler::cli {

class progress_frame {
  public:
    progress_frame(std::size_t columns, std::size_t rows, paint colour)
        : columns_(columns), rows_(rows), colour_(colour)
    {
    }

    /// The lines to show now, none wider than the terminal; at most its height less one.
    std::vector<std::string> lines(const rollout_progress& now, steady::time_point when);

  private:
    std::string city_line(const city_progress& city, const rate_meter& rate) const;

    std::size_t columns_;
    std::size_t rows_;
    paint colour_;
    std::map<std::string, rate_meter> rates_;
    rate_meter all_;
};

class progress_lines {
  public:
    explicit progress_lines(steady::duration repeat = seconds(30)) : repeat_(repeat) {}

    /// What changed since the last call, one line a city; a summary when nothing was said for `repeat`.
    std::vector<std::string> changes(const rollout_progress& now, steady::time_point when);

  private:
    steady::duration repeat_;
    std::map<std::string, std::string> seen_; // slug -> state and phase
    steady::time_point said_{};
    rate_meter all_;
};

/// "rollout 7: 3 of 12 cities done, 2 running, 120,000 rows, 12.0 MB".
std::string summary_line(const rollout_progress& now);

} // namespace tropeiro::scheduler::cli

// Questions that may take long, asked in a transaction that goes on whatever a question comes to: one that fails, or
// takes longer than there is time, says why it has no answer.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/pg/connection.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

struct question_limits {
    milliseconds table{10'000};    // for all that is asked about one table
    milliseconds together{60'000}; // for all tables
};

class timed_questions {
  public:
    /// `on`: inside a transaction; outlives this.
    timed_questions(pg::connection& on, question_limits limits)
        : on_(on), limits_(limits), end_(steady::now() + limits.together), table_end_(end_)
    {
    }

    /// The time of one table begins.
    void begin_table();

    /// Nothing: `why_not` says what was in the way. Throws pg::error when the connection is lost.
    task<std::optional<pg::rows>> ask(std::string sql, std::string& why_not);

    /// The first column of the answer; none where there is no answer.
    task<std::vector<std::string>> ask_texts(std::string sql);

  private:
    pg::connection& on_;
    question_limits limits_;
    steady::time_point end_;
    steady::time_point table_end_;
};

} // namespace tropeiro::scheduler::plan

// Finds the row behind a checkpoint that the target refuses, by saying how many rows to try next. Pure: it is
// told how each try ended and knows nothing of rows or servers.
//
//                 refused(n, line) with n > 1
//      .----------------------------------------------.
//      |                                              v
//   trying <--accepted, rows in question are left-- trying fewer: those in front of the line that the server
//      |                                            named, or half of them
//      |-- refused(1) -------> found --stepped_over()--> trying few, then more and more
//      |-- accepted, as many as a batch has ----------> over: the stream goes on as always
//      '-- refused(0) -------> hopeless: it is no row that the target refuses
//
// Every try begins at the checkpoint, and what is accepted is committed, so a try never has to be undone. A
// refusal shrinks the number of rows in question and an acceptance moves the checkpoint: the search ends.
#pragma once

#include <cstdint>
#include <optional>

namespace tropeiro::worker::copy {

class bad_row_search {
  public:
    enum class what_t {
        try_rows, // the next `rows` behind the checkpoint, as one batch
        found,    // the only row of the last try: report it, or step over it and say stepped_over()
        hopeless, // the refusal is not about a row
        over,     // nothing is in question
    };
    struct action {
        what_t what = what_t::over;
        std::int64_t rows = 0;

        friend bool operator==(const action&, const action&) = default;
    };

    /// `batch_rows`: from this many accepted in one try on, the search is over.
    explicit bad_row_search(std::int64_t batch_rows) : batch_rows_(batch_rows) {}

    /// A batch of so many rows was refused; `line`: which of them, from 1, where the server named one.
    action refused(std::int64_t rows, std::optional<std::int64_t> line);

    /// So many rows were accepted and committed.
    action accepted(std::int64_t rows);

    /// The row that was found is behind the checkpoint now.
    action stepped_over();

  private:
    action try_rows(std::int64_t rows) const { return {what_t::try_rows, rows}; }
    action halve() const;
    action try_more(std::int64_t rows) const;

    std::int64_t batch_rows_;
    std::int64_t in_question_ = 0; // among so many rows behind the checkpoint is one that is refused
    std::int64_t in_front_ = 0;    // rows in front of the line that the server named, when these are tried
    bool accepted_since_ = true;   // the row that was found last; else its neighbours are likely bad, too
    bool lines_lie_ = false;       // what stood in front of a line was refused as well
};

} // namespace tropeiro::worker::copy

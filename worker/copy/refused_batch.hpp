// A batch that the target refused because of a row in it, and what the server's answer tells about the row.
// Pure but for being thrown.
#pragma once

#include "shared/pg/error.hpp"
#include "shared/rows/row_slicer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::worker::copy {

/// Whether an error is about a row's content: data exceptions, violated constraints and checks, what triggers
/// raise, a key too large for its index. Not: lost connections, full disks, locks, permissions, missing tables.
bool is_about_a_row(std::string_view sqlstate);

class refused_batch : public pg::error {
  public:
    /// `rows`: that were under way, the refused one among them; `last`: where the last of them stands in the
    /// source.
    refused_batch(const pg::error& cause, std::int64_t rows, rows::row_place last)
        : error(cause.said(), cause.where()), rows_(rows), last_(last)
    {
    }

    std::int64_t rows() const { return rows_; }
    const rows::row_place& last() const { return last_; }

  private:
    std::int64_t rows_;
    rows::row_place last_;
};

/// Which line of a COPY into `table` (the bare name) the server means: "COPY people, line 3, column id". Its
/// words may be of any language. Nothing when it names none, as for deferred constraints and most triggers.
std::optional<std::int64_t> line_of(std::string_view context, std::string_view table);

/// The column that the server names, if any; one of `columns`, or what it says outright.
std::string column_of(const pg::server_message& said, std::string_view table,
                      const std::vector<std::string>& columns);

/// What the server said, without the values of the row: those that DETAIL and the place would show.
std::string reason_of(const pg::server_message& said, std::string_view table,
                      const std::vector<std::string>& columns);

} // namespace tropeiro::worker::copy

// COPY ... TO STDOUT: rows as they arrive, without a suspension for each.
//
//     while (true) {
//         std::string_view row;
//         const auto what = reader.poll(row);
//         if (what == copy_poll::end) break;
//         if (what == copy_poll::empty) { co_await reader.wait(); continue; }
//         use(row);
//     }
//     co_await reader.finish();
//
// One CopyData message is one row (in binary, the header is a part of the first and the trailer comes alone).
// The connection can do nothing else until finish(); a copy_out destroyed before it makes the connection
// broken.
#pragma once

#include "shared/pg/connection.hpp"

#include <cstdint>
#include <string_view>

namespace tropeiro::pg {

enum class copy_poll {
    row,   // `row` holds one
    empty, // nothing has arrived yet: co_await wait()
    end,   // no more: co_await finish(), which also tells whether it ended well
};

class copy_out {
  public:
    static task<copy_out> open(connection& from, std::string sql);

    copy_out(copy_out&&) noexcept;
    copy_out& operator=(copy_out&&) = delete;
    ~copy_out();

    /// The view is valid until the next poll.
    copy_poll poll(std::string_view& row);

    /// Until more has arrived.
    task<> wait();

    /// poll and wait in one; false at the end.
    task<bool> next(std::string_view& row);

    /// Reads what is left, if anything, and the server's verdict; throws its error. Rows copied.
    task<std::int64_t> finish();

    bool binary() const { return binary_; }

  private:
    copy_out(std::shared_ptr<session> from, bool binary);
    void drop_row();

    std::shared_ptr<session> session_; // null once finished
    char* row_ = nullptr;              // libpq's, freed at the next poll
    int reads_left_ = 0;
    bool ended_ = false;
    bool lost_ = false; // the socket; what has arrived is still to be given out
    bool binary_ = false;
};

} // namespace tropeiro::pg

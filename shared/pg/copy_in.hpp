// COPY ... FROM STDIN: bytes in, any cut. write() suspends while the server is the slower side, so a producer
// that awaits it never holds more than its own buffer.
//
// An error of the server (a row it refuses) is thrown by finish() at the latest, with the line in its
// context; the connection then stands in a failed transaction and is usable after the rollback. A copy_in
// destroyed before finish() makes the connection broken.
#pragma once

#include "shared/pg/connection.hpp"

#include <cstdint>
#include <string_view>

namespace tropeiro::pg {

class copy_in {
  public:
    static task<copy_in> open(connection& to, std::string sql);

    copy_in(copy_in&&) noexcept;
    copy_in& operator=(copy_in&&) = delete;
    ~copy_in();

    /// `bytes` must live until the await is over. Best in pieces of 64 to 256 kB.
    task<> write(std::string_view bytes);

    /// Ends the stream and waits for the verdict: the number of rows that went in.
    task<std::int64_t> finish();

    bool binary() const { return binary_; }

  private:
    copy_in(std::shared_ptr<session> to, bool binary);
    task<> end();

    std::shared_ptr<session> session_; // null once finished
    bool binary_ = false;
};

} // namespace tropeiro::pg

// A transaction on a connection. Ends with commit() or rollback(); one that is destroyed before either makes
// its connection broken, because ending it would be I/O in a destructor.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/pg/connection.hpp"

namespace tropeiro::pg {

/// For one transaction alone; the session's stay as they are.
struct transaction_settings {
    bool waits_for_disk = true;   // false: COMMIT answers before it is on the disk (synchronous_commit = off)
    milliseconds lock_timeout{0}; // 0: the session's
};

class transaction {
  public:
    /// One round trip. `mode` follows BEGIN: "ISOLATION LEVEL REPEATABLE READ READ ONLY".
    static task<transaction> begin(connection& on, std::string_view mode = "");
    static task<transaction> begin(connection& on, std::string_view mode, transaction_settings settings);

    transaction(transaction&&) noexcept;
    transaction& operator=(transaction&&) = delete;
    ~transaction();

    /// Throws commit_unknown when the connection is lost before the answer, and pg::error (25P02) when an
    /// earlier failure made the server roll back instead.
    task<> commit();
    task<> rollback();

    bool finished() const { return session_ == nullptr; }

  private:
    explicit transaction(std::shared_ptr<session> owner);

    std::shared_ptr<session> session_;
};

} // namespace tropeiro::pg

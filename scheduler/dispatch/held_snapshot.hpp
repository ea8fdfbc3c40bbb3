// A connection to the source inside a transaction whose snapshot is exported. Query the catalogs on it; when
// it dies, so does the snapshot, unless somebody else imported it. Owned by one place at a time.
#pragma once

#include "shared/pg/connection.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/rt/asio.hpp"

#include <string>

namespace tropeiro::scheduler::dispatch {

class held_snapshot {
  public:
    /// Opens one that shows the present, or what the exported snapshot `import_name` shows. Throws pg::error;
    /// failure(refused) when the source is reached through a transaction-mode pooler.
    static task<held_snapshot> open(pg::dsn source, std::string holder, std::string import_name = {});

    held_snapshot(pg::connection connection, pg::transaction transaction, std::string name)
        : connection_(std::move(connection)), transaction_(std::move(transaction)), name_(std::move(name))
    {
    }

    pg::connection& connection() { return connection_; }
    const std::string& name() const { return name_; }

    /// Asks the source; false when the transaction is gone.
    task<bool> alive();

  private:
    pg::connection connection_;
    pg::transaction transaction_;
    std::string name_;
};

/// True when the error says that the snapshot of that name cannot be imported, and not that the source is in
/// trouble.
bool is_snapshot_gone(const pg::error& e);

} // namespace tropeiro::scheduler::dispatch

// Connections to the tenants' databases on one target server: a small pool each, the least recently used ones
// closed, so that a worker that has served a thousand cities holds connections to a few.
//
// Owned by the worker's site, on its one thread.
#pragma once

#include "shared/pg/pool.hpp"
#include "worker/context/job_context.hpp"

#include <list>
#include <string>

namespace tropeiro::worker::context {

class target_pools {
  public:
    /// `admin` is the target server's administrator; each database is entered as the same user. `slots`: how
    /// many jobs may want one database at once.
    target_pools(asio::any_io_executor executor, pg::dsn admin, std::size_t slots);

    /// A connection to the job's database, under the job's name, with the database's identity checked and
    /// backends of the job's earlier owners ended. Throws failure(refused) when the database is another
    /// tenant's.
    task<pg::lease> enter(const job_context& job);

    /// The same before the database has an identity.
    task<pg::lease> enter_unclaimed(const job_context& job);

    /// A connection to the administrator's own database, for CREATE DATABASE. From a pool and with the same settings as
    /// the others; backends of the job's earlier owners are ended there too.
    task<pg::lease> administrate(const job_context& job);

    const pg::dsn& admin() const { return admin_; }

    /// Closes what is idle.
    void close();

  private:
    struct entry {
        std::string database;
        pg::pool pool;
    };

    pg::pool& pool_for(const std::string& database);
    task<pg::lease> connect(std::string database, const job_context& job);
    task<pg::lease> take(std::string database, const job_context& job);

    asio::any_io_executor executor_;
    pg::dsn admin_;
    std::size_t slots_;
    std::list<entry> pools_; // most recently used first
};

} // namespace tropeiro::worker::context

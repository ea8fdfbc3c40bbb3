// Readers of the source that all show the same moment. The scheduler exports a rollout's snapshot; the relay
// imports it into a keeper transaction of its own and exports it again, so that the moment outlives the
// scheduler and every single worker. The names that may be imported stand in tropeiro.snapshot_name.
//
// Owned by the worker's site, on its one thread.
#pragma once

#include "shared/pg/pool.hpp"
#include "shared/pg/transaction.hpp"
#include "worker/context/job_context.hpp"

#include <cstdint>
#include <list>
#include <memory>
#include <string>

namespace tropeiro::worker::context {

/// No exported snapshot of the rollout can be imported: the scheduler will open a new epoch.
class snapshot_lost : public failure {
  public:
    explicit snapshot_lost(std::string what)
        : failure(error_kind::unreachable, std::move(what),
                  "the scheduler takes a new snapshot; unfinished tables then start again")
    {
    }
};

/// A connection and the read-only transaction on a snapshot that it stands in.
struct snapshot_session {
    pg::connection connection;
    pg::transaction transaction;
};

/// A snapshot session on loan. Goes back to the relay when this dies, unless it is broken.
class snapshot_reader {
  public:
    struct moment;
    snapshot_reader(std::shared_ptr<moment> from, snapshot_session session);
    snapshot_reader(snapshot_reader&&) noexcept = default;
    snapshot_reader& operator=(snapshot_reader&&) = delete;
    ~snapshot_reader();

    pg::connection& operator*() { return session_.connection; }
    std::int32_t epoch() const;

  private:
    std::shared_ptr<moment> from_;
    snapshot_session session_;
};

class snapshot_relay {
  public:
    /// `control` must outlive the relay. `holder` names this process in tropeiro.snapshot_name. `patience`:
    /// how long a reader waits for the scheduler to open an epoch.
    snapshot_relay(pg::dsn source, pg::pool& control, std::string holder,
                   std::chrono::seconds patience = std::chrono::seconds(30));

    /// A reader of the rollout's newest epoch. Throws snapshot_lost when within the patience none of its
    /// names could be imported and no newer epoch was opened.
    task<snapshot_reader> reader(model::rollout_id rollout);

    /// Ends the keepers that nobody has read from for a while, and takes their names back.
    task<> sweep(std::chrono::seconds unused_for);

    const pg::dsn& source() const { return source_; }

  private:
    using moment = snapshot_reader::moment;

    task<std::shared_ptr<moment>> join(model::rollout_id rollout);
    static task<> hold(moment& joined, std::vector<model::table_name> tables);
    task<std::shared_ptr<moment>> import_any(model::rollout_id rollout, std::int32_t epoch,
                                             std::vector<std::string> names);
    task<snapshot_session> borrow(std::shared_ptr<moment> held);
    std::shared_ptr<moment> find(model::rollout_id rollout, std::int32_t epoch);

    pg::dsn source_;
    pg::pool& control_;
    std::string holder_;
    std::chrono::seconds patience_;
    std::list<std::shared_ptr<moment>> moments_;
};

} // namespace tropeiro::worker::context

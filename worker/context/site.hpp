// Everything outside the process that jobs of one worker use: the control database, the source, the target
// server. Made once in main, on the worker's one thread; the addresses come from configuration, never from a
// job.
#pragma once

#include "shared/model/table_name.hpp"
#include "worker/context/snapshot_relay.hpp"
#include "worker/context/target_pools.hpp"

#include <string>

namespace tropeiro::worker::context {

struct site_addresses {
    pg::dsn control;
    pg::dsn source;
    pg::dsn target_admin;
    model::table_name cities; // of the application's control plane
};

class site {
  public:
    /// `slots`: how many jobs run at once; `worker` names this process.
    site(asio::any_io_executor executor, site_addresses addresses, std::size_t slots, std::string worker);

    pg::pool& control() { return control_; }
    snapshot_relay& source() { return source_; }
    target_pools& targets() { return targets_; }
    const model::table_name& cities() const { return cities_; }

    /// A connection to the control database; waits a minute at most, and half a minute for an answer of it.
    task<pg::lease> enter_control();

  private:
    pg::pool control_;
    snapshot_relay source_;
    target_pools targets_;
    model::table_name cities_;
};

} // namespace tropeiro::worker::context

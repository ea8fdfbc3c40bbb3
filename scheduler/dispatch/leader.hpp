// Which scheduler leads: the one that holds an advisory lock of the control database in a session kept for
// that alone. The session's end, however it comes, is the end of leadership. Owned by scheduler_service.
#pragma once

#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

#include <optional>
#include <string>

namespace tropeiro::scheduler::dispatch {

class leader {
  public:
    /// `id` names this process in pg_stat_activity.
    leader(pg::dsn control, std::string id) : control_(std::move(control)), id_(std::move(id)) {}

    /// Tries to become the leader, or confirms that we still are. False: another one leads. Throws when the
    /// control database cannot be asked; then we do not lead.
    task<bool> claim();

    bool leading() const { return leading_; }

    /// Gives it up: the session is closed, so that another one may lead at once.
    void resign();

  private:
    task<> connect();

    pg::dsn control_;
    std::string id_;
    std::optional<pg::connection> session_;
    bool leading_ = false;
};

} // namespace tropeiro::scheduler::dispatch

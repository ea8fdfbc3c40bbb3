// What a command tells of the scheduler inside it: who leads, and trouble that lasts.
#pragma once

#include "scheduler/dispatch/outage.hpp"
#include "shared/base/clock.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tropeiro::scheduler::cli {

struct service_state {
    bool leading = false;
    bool another_leads = false;
    const dispatch::outage& dispatching;
    const dispatch::outage& election;
};

struct news_line {
    bool warning = false;
    std::string text;

    friend bool operator==(const news_line&, const news_line&) = default;
};

/// Trouble, as it was told.
class told_outage {
  public:
    /// Whether it has lasted, since `since`, for so long that it is worth a line; once.
    bool begins(const dispatch::outage& what, steady::time_point since, steady::time_point at);

    /// Whether what was told is over; once.
    bool ends(const dispatch::outage& what);

    /// Its end is not ours to tell any more.
    void forget() { told_ = false; }

  private:
    bool told_ = false;
};

/// Remembers what was told: each piece of news is told once, trouble that is over soon never. Pure otherwise.
class service_news {
  public:
    std::vector<news_line> look(const service_state& now, steady::time_point at);

  private:
    std::optional<steady::time_point> leads_since_; // none: it does not
    bool told_other_leader_ = false;
    told_outage dispatching_;
    told_outage election_;
};

} // namespace tropeiro::scheduler::cli

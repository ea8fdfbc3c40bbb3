// Which target of a pass holds up the others: rows for one are not read while another takes its own. Pure.
#pragma once

#include "shared/base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tropeiro::worker::copy {

class pass_pace {
  public:
    explicit pass_pace(std::size_t ends) : ends_(ends) {}

    /// The pass waited for an end while it took these bytes.
    void waited(std::size_t end, steady::duration time, std::int64_t bytes);

    /// Whether the pass would be better off without the end: it has waited for it for `limit` and for more than half of
    /// `elapsed`, and the end takes less than a megabyte a second, and a byte in several times the time of the others. A
    /// city with most of the rows takes most of the time and is not slow; and where every target is slow, none is.
    bool holds_up(std::size_t end, steady::duration limit, steady::duration elapsed) const;

  private:
    struct progress {
        steady::duration time{0};
        std::int64_t bytes = 0;
    };

    std::vector<progress> ends_;
};

} // namespace tropeiro::worker::copy

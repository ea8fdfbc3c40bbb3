#include "shared/pg/lock_poll.hpp"

#include "shared/rt/deadline.hpp"

namespace tropeiro::pg {

task<bool> poll_lock(connection& c, std::string attempt, steady::duration limit, milliseconds pause)
{
    const auto start = steady::now();
    while (true) {
        const auto got = co_await c.query(attempt);
        if (got.one().get<bool>(0)) co_return true;
        if (steady::now() - start > limit) co_return false;
        co_await rt::sleep_for(pause);
    }
}

} // namespace tropeiro::pg

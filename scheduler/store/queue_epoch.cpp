#include "scheduler/store/queue_epoch.hpp"

#include "scheduler/store/sql_text.hpp"

namespace tropeiro::scheduler::store {

task<queue_epoch> read_queue_epoch(pg::connection& control)
{
    const auto answer = co_await control.query("SELECT epoch, redis_run FROM tropeiro.queue_epoch");
    queue_epoch now;
    if (answer.empty()) co_return now;
    now.epoch = answer.one().get<std::int64_t>("epoch");
    now.redis_run = answer.one().get<std::string>("redis_run");
    co_return now;
}

task<std::int64_t> reserve_queue_epoch(pg::connection& control)
{
    const auto answer = co_await control.query(sql::queue_reserve);
    co_return answer.one().get<std::int64_t>(0);
}

task<bool> write_queue_epoch(pg::connection& control, queue_epoch from, queue_epoch to)
{
    const auto changed = co_await control.query("UPDATE tropeiro.queue_epoch SET epoch = $1, redis_run = $2, "
                                                "changed_at = now() WHERE epoch = $3",
                                                to.epoch, to.redis_run, from.epoch);
    co_return changed.affected() == 1;
}

} // namespace tropeiro::scheduler::store

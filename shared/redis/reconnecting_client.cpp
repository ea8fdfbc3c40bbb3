#include "shared/redis/client.hpp"

#include <algorithm>

namespace tropeiro::redis {

struct reconnecting_client::state {
    explicit state(url where_to) : address(std::move(where_to)) {}

    url address;
    std::shared_ptr<client> open; // nothing before the first call

    /// A connection that was open a moment ago. Two callers that find none open one each; the later one
    /// stays.
    task<std::shared_ptr<client>> connection(milliseconds deadline)
    {
        if (open && open->is_open()) co_return open;
        auto fresh = co_await client::open(address, deadline);
        if (open && open->is_open()) co_return open; // somebody was faster; ours closes
        open = std::make_shared<client>(std::move(fresh));
        co_return open;
    }
};

reconnecting_client::reconnecting_client(url address) : state_(std::make_shared<state>(std::move(address))) {}
reconnecting_client::reconnecting_client(reconnecting_client&&) noexcept = default;
reconnecting_client& reconnecting_client::operator=(reconnecting_client&&) noexcept = default;
reconnecting_client::~reconnecting_client() = default;

task<reply> reconnecting_client::call(command what, milliseconds deadline)
{
    const auto self = state_;
    const auto open = co_await self->connection(std::min(deadline, default_deadline));
    auto answer = co_await open->call(std::move(what), deadline);
    co_return answer;
}

void reconnecting_client::close()
{
    if (state_->open) state_->open->close();
}

const url& reconnecting_client::address() const { return state_->address; }

} // namespace tropeiro::redis

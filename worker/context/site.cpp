#include "worker/context/site.hpp"

namespace tropeiro::worker::context {
namespace {

pg::pool control_pool(const asio::any_io_executor& executor, pg::dsn where, std::size_t slots,
                      const std::string& worker)
{
    pg::connect_options connecting;
    connecting.application_name = "tropeiro worker " + worker;
    pg::pool_options options;
    options.max = slots + 2; // and the claim loop, and the heartbeat
    return {executor, std::move(where), connecting, options};
}

} // namespace

site::site(asio::any_io_executor executor, site_addresses addresses, std::size_t slots, std::string worker)
    : control_(control_pool(executor, std::move(addresses.control), slots, worker)),
      source_(std::move(addresses.source), control_, worker),
      targets_(executor, std::move(addresses.target_admin), slots), cities_(std::move(addresses.cities))
{
}

task<pg::lease> site::enter_control()
{
    auto control = co_await control_.acquire(std::chrono::seconds(60));
    control->set_timeout(std::chrono::seconds(30));
    co_return control;
}

} // namespace tropeiro::worker::context

#include "worker/provision/stored_script.hpp"

#include "worker/context/site.hpp"

#include <fmt/format.h>

namespace tropeiro::worker::provision {

task<std::string> load_script(const context::job_context& job, std::int64_t id)
{
    if (id == 0) co_return "";
    auto control = co_await job.servers.enter_control();
    const auto rows = co_await control->query("SELECT body FROM tropeiro.schema_script WHERE id = $1", id);
    if (rows.empty())
        throw failure(error_kind::failed, fmt::format("schema script {} is not in the control database", id),
                      "the rollout was removed; plan it again");
    co_return rows[0].get<std::string>("body");
}

} // namespace tropeiro::worker::provision

#include "scheduler/cli/command_table.hpp"

#include <iterator>

namespace tropeiro::scheduler::cli {

std::vector<command> command_table()
{
    std::vector<command> all;
    for (auto* part : {&setup_commands, &module_commands, &tenant_commands, &rollout_commands, &job_commands,
                       &worker_commands, &limit_commands, &data_commands}) {
        auto rows = part();
        std::move(rows.begin(), rows.end(), std::back_inserter(all));
    }
    return all;
}

} // namespace tropeiro::scheduler::cli

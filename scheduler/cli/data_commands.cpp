// data verify.
#include "scheduler/cli/command_table.hpp"
#include "scheduler/cli/embedded_scheduler.hpp"
#include "scheduler/cli/follow.hpp"
#include "scheduler/cli/plan_flags.hpp"
#include "scheduler/cli/session.hpp"

namespace tropeiro::scheduler::cli {
namespace {

json::object check_from_flags(const arguments& given)
{
    if (!given.has("tenants"))
        throw failure(error_kind::usage, "which cities?",
                      "--tenants all, --tenants recife,olinda or --tenants @file");
    json::object request;
    request["tenants"] = tenants_from(given.text("tenants"));
    if (given.has("modules")) request["modules"] = array_of(given.list("modules"));
    if (given.has("tables")) request["tables"] = array_of(given.list("tables"));
    request["source"] = given.has("source");
    request["repair"] = given.has("repair");
    return request;
}

task<int> verify(session& s, const arguments& given)
{
    auto request = check_from_flags(given);
    if (given.has("repair")) {
        const auto sure =
            co_await confirm(s, "--repair writes into the cities' tables what the source has now, and holds "
                                "each table against writers meanwhile. Go on?");
        if (!sure) throw failure(error_kind::refused, "nothing was changed");
    }
    const auto code = co_await start_jobs_and_follow(s, given, "/v1/data/checks", std::move(request));
    co_return code;
}

std::vector<flag> verify_flags()
{
    std::vector<flag> flags{
        {"tenants", "LIST", "all, a,b or @file with one slug a line"},
        {"modules", "LIST", "only the tables of these modules"},
        {"tables", "LIST", "only these tables"},
        {"source", "", "against the source as it is now, and name the rows that differ"},
        {"repair", "", "the same, and bring what is missing or differs; rows that only the city has stay"},
    };
    for (auto& one : running_flags())
        flags.push_back(std::move(one));
    return flags;
}

} // namespace

std::vector<command> data_commands()
{
    return {
        {"data",
         "verify",
         "Checks that what stands in the cities is what was copied",
         {},
         verify_flags(),
         {{"data verify --tenants all",
           "every table against the receipt of its copy: one reading of the target"},
          {"data verify --tenants recife --source", "both servers hash their rows; differing keys are named"},
          {"data verify --tenants recife --tables students --repair", "copies just the rows that differ"}},
         verify},
    };
}

} // namespace tropeiro::scheduler::cli

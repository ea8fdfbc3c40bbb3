// data verify, orphans, nulls.
#include "scheduler/cli/command_table.hpp"
#include "scheduler/cli/embedded_scheduler.hpp"
#include "scheduler/cli/follow.hpp"
#include "scheduler/cli/plan_flags.hpp"
#include "scheduler/cli/session.hpp"
#include "scheduler/cli/survey_text.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::cli {
namespace {

/// A survey has no overall limit.
constexpr std::chrono::hours survey_patience{24 * 30};

json::array cities_of(const arguments& given)
{
    if (!given.has("tenants"))
        throw failure(error_kind::usage, "which cities?",
                      "--tenants all, --tenants recife,olinda or --tenants @file");
    return tenants_from(given.text("tenants"));
}

json::object check_from_flags(const arguments& given)
{
    auto request = tables_from_flags(given);
    request["tenants"] = cities_of(given);
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

/// It is silent while it reads; the one who waits learns for what.
task<json::value> ask_survey(session& s, const arguments& given, std::string path, json::object request)
{
    if (const auto seconds = given.number("seconds", 1)) request["seconds"] = *seconds;
    if (s.out.where().err)
        s.out.say(fmt::format("reading the source's tables, {} s for each at most",
                              given.number("seconds", 1).value_or(600)));
    auto found = co_await s.api.post(std::move(path), std::move(request), survey_patience);
    s.out.answer(found);
    co_return found;
}

int exit_code_of(const json::value& survey)
{
    return flag_of(survey, "well") ? 0 : exit_code(error_kind::partial);
}

task<int> orphans(session& s, const arguments& given)
{
    const auto found = co_await ask_survey(s, given, "/v1/data/orphans", tables_from_flags(given));
    s.out.data(render_orphans(found, s.out.colour()));
    s.out.say(orphans_sentence(found));
    co_return exit_code_of(found);
}

task<int> nulls(session& s, const arguments& given)
{
    auto request = tables_from_flags(given);
    request["tenants"] = cities_of(given);
    request["from_legacy"] = given.has("from-legacy");
    const auto found = co_await ask_survey(s, given, "/v1/data/nulls", std::move(request));
    s.out.data(render_nulls(found, s.out.colour()));
    s.out.say(nulls_sentence(found));
    co_return exit_code_of(found);
}

const flag tenants_flag{"tenants", "LIST", "all, a,b or @file with one slug a line"};

std::vector<flag> survey_flags()
{
    return {
        {"modules", "LIST", "only the tables of these modules (default: every module of the map)"},
        {"tables", "LIST", "these tables instead of modules"},
        {"all-tables", "", "every table of the source that is not control plane, instead of modules"},
        {"seconds", "N", "at most so long for a table (default: 600)"},
    };
}

std::vector<flag> nulls_flags()
{
    auto flags = survey_flags();
    flags.insert(flags.begin(), tenants_flag);
    flags.push_back(
        {"from-legacy", "", "the rows of no tenant, as `tenant provision --from-legacy` takes them"});
    return flags;
}

std::vector<flag> verify_flags()
{
    std::vector<flag> flags{
        tenants_flag,
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
        {"data",
         "orphans",
         "Tells which rows of the source go to no tenant, and which point out of theirs; changes nothing",
         {},
         survey_flags(),
         {{"data orphans", "every table of the map, before a rollout"},
          {"data orphans --modules educacao --json", "for a script"},
          {"data orphans --tables students --seconds 3600", "one large table, an hour at most"}},
         orphans},
        {"data",
         "nulls",
         "Tells which NULLs of the source the cities' existing tables would refuse; changes nothing",
         {},
         nulls_flags(),
         {{"data nulls --tenants recife", "with the statements that let the rows in"},
          {"data nulls --tenants all --modules saude", "every city that has a database, one module"}},
         nulls},
    };
}

} // namespace tropeiro::scheduler::cli

#include "scheduler/cli/plan_flags.hpp"

#include "scheduler/cli/embedded_scheduler.hpp"
#include "scheduler/cli/follow.hpp"
#include "scheduler/cli/plan_text.hpp"
#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace tropeiro::scheduler::cli {
namespace {

void add_pace(const arguments& given, json::object& request)
{
    if (const auto budget = given.maybe("max-failures")) request["max_failures"] = *budget;
    if (given.has("canary")) request["canary"] = array_of(given.list("canary"));
    if (given.has("pause-between-waves")) request["pause_between_waves"] = true;
    if (!given.has("waves")) return;
    const auto sizes = given.numbers("waves", 1);
    request["waves"] = json::array(sizes.begin(), sizes.end());
}

void say_plan(session& s, const json::value& answer)
{
    const auto& plan = at(answer, "plan");
    if (!s.out.quiet()) s.out.say(summary_totals(plan));
    const auto findings = render_findings(plan, paint(false));
    if (!findings.empty()) s.out.say(std::string(text::trim(findings)));
}

int nothing_to_do(session& s, const json::value& answer)
{
    s.out.answer(answer);
    s.out.data("nothing to do: every table is there already, 0 rows copied\n");
    return 0;
}

/// Somebody must go on with the work when this command ends.
void check_detach(const session& s, const arguments& given)
{
    if (s.embedded && given.has("detach"))
        throw failure(error_kind::usage, "--detach needs a server that goes on with the work",
                      "start `tropeiro serve` and set server.url, or leave --detach out");
}

task<int> detached(session& s, const json::value& answer, std::int64_t rollout)
{
    s.out.answer(answer);
    s.out.data(fmt::format("rollout {} started\n", rollout));
    s.out.say(fmt::format("follow it with: tropeiro rollout watch {}", rollout));
    co_return 0;
}

} // namespace

json::array array_of(const std::vector<std::string>& words)
{
    return json::array(words.begin(), words.end());
}

std::vector<flag> table_flags()
{
    return {
        {"modules", "LIST", "only these modules (default: every module of the map)"},
        {"tables", "LIST", "these tables instead of modules"},
        {"all-tables", "", "every table of the source that is not control plane, instead of modules"},
        {"batch-size", "N", "rows a batch (default: copy.batch_rows of the workspace)"},
        {"truncate", "", "empty every selected table that stands in the target, then copy"},
        {"merge", "",
         "of tables that tropeiro has not copied yet: keep rows that are there, add those that are missing"},
        {"on-bad-row", "fail|quarantine",
         "a row that the target refuses ends its job (fail, the default) or goes to "
         "tropeiro.quarantined_row"},
        {"create-roles", "", "make roles that policies and grants name, as NOLOGIN"},
    };
}

std::vector<flag> pace_flags()
{
    return {
        {"max-failures", "N",
         "pause when more than N cities (or P%) have failed (default: never; canaries: 0)"},
        {"waves", "SIZES",
         "1,10,50: so many cities, then so many; the last size repeats (default: all at once)"},
        {"canary", "LIST", "these cities are the first wave, and none of them may fail"},
        {"pause-between-waves", "", "stop after each wave; `rollout resume` begins the next"},
    };
}

std::vector<flag> running_flags()
{
    return {
        {"workers", "N", "worker processes of this command when no server is configured (default: 2)"},
        {"detach", "", "do not follow; needs a server"},
    };
}

json::object tables_from_flags(const arguments& given)
{
    const int choices = int(given.has("modules")) + int(given.has("tables")) + int(given.has("all-tables"));
    if (choices > 1)
        throw failure(error_kind::usage, "--modules, --tables and --all-tables exclude each other",
                      "give one of them");
    json::object request;
    if (given.has("modules")) request["modules"] = array_of(given.list("modules"));
    if (given.has("tables")) request["tables"] = array_of(given.list("tables"));
    if (given.has("all-tables")) request["all_tables"] = true;
    return request;
}

json::object request_from_flags(const arguments& given)
{
    auto request = tables_from_flags(given);
    if (given.has("truncate") && given.has("merge"))
        throw failure(error_kind::usage, "--truncate and --merge exclude each other",
                      "--truncate replaces the rows that are there, --merge keeps them");
    if (given.has("truncate")) request["on_existing"] = "truncate";
    if (given.has("merge")) request["on_existing"] = "merge";
    if (const auto policy = given.maybe("on-bad-row")) request["on_bad_row"] = *policy;
    if (given.has("create-roles")) request["create_roles"] = true;
    if (const auto rows = given.number("batch-size", 1)) request["batch_rows"] = *rows;
    add_pace(given, request);
    if (const auto value = given.maybe("city-id")) request["tenant_value"] = *value;
    return request;
}

json::array tenants_from(const std::string& text)
{
    if (!text.starts_with('@')) return array_of(text::split_list(text));
    const auto name = text.substr(1);
    std::ifstream file(name);
    if (!file)
        throw failure(error_kind::usage,
                      fmt::format("cannot read the list of tenants {}: {}", name, std::strerror(errno)));
    std::vector<std::string> slugs;
    for (std::string line; std::getline(file, line);) {
        const auto word = text::trim(std::string_view(line).substr(0, line.find('#')));
        if (!word.empty()) slugs.emplace_back(word);
    }
    if (slugs.empty())
        throw failure(error_kind::usage, fmt::format("{} names no tenant", name), "one slug a line");
    return array_of(slugs);
}

void use_workers(session& s, const arguments& given)
{
    if (s.embedded) s.embedded->use_workers(given.number("workers", 1).value_or(2));
}

task<int> start_jobs_and_follow(session& s, const arguments& given, std::string path, json::object request)
{
    check_detach(s, given);
    use_workers(s, given);
    const auto answer = co_await s.api.post(std::move(path), std::move(request));
    const auto rollout = number_of(at(answer, "rollout"), "id");
    if (given.has("detach")) co_return co_await detached(s, answer, rollout);
    s.out.say(fmt::format("rollout {}: {}", rollout, text_of(at(answer, "rollout"), "title")));
    const auto code = co_await follow_rollout(s, rollout);
    co_return code;
}

std::string_view pause_warning(bool ends_with_the_command)
{
    if (ends_with_the_command)
        return "where no `tropeiro serve` leads, the pause ends this command and with it the snapshot of the "
               "source: cities of later waves show a later moment";
    return "the snapshot of the source is held over all waves and the pauses between them: until then the "
           "source cannot clean up dead rows";
}

task<int> start_and_follow(session& s, const arguments& given, json::object request)
{
    check_detach(s, given);
    use_workers(s, given);
    if (request.contains("on_existing") && request["on_existing"] == "truncate") {
        const auto sure = co_await confirm(s, "--truncate empties every selected table that stands in the "
                                              "tenants' databases, complete ones too. Go on?");
        if (!sure) throw failure(error_kind::refused, "nothing was changed");
    }
    if (request.contains("pause_between_waves")) s.out.warn(pause_warning(s.embedded != nullptr));
    s.out.say("planning");
    const auto answer = co_await s.api.post("/v1/rollouts", std::move(request));
    if (flag_of(answer, "nothing_to_do")) co_return nothing_to_do(s, answer);
    say_plan(s, answer);
    const auto rollout = number_of(at(answer, "rollout"), "id");
    if (given.has("detach")) co_return co_await detached(s, answer, rollout);
    s.out.say(fmt::format("rollout {}: {}", rollout, text_of(at(answer, "rollout"), "title")));
    const auto code = co_await follow_rollout(s, rollout);
    co_return code;
}

} // namespace tropeiro::scheduler::cli

// rollout plan, start, list, status, watch, pause, resume, cancel, retry; undo has a file of its own.
#include "scheduler/cli/command_table.hpp"
#include "scheduler/cli/embedded_scheduler.hpp"
#include "scheduler/cli/follow.hpp"
#include "scheduler/cli/plan_flags.hpp"
#include "scheduler/cli/plan_text.hpp"
#include "scheduler/cli/progress.hpp"
#include "scheduler/cli/progress_view.hpp"
#include "scheduler/cli/text_table.hpp"
#include "scheduler/cli/undo_command.hpp"
#include "shared/base/text.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::cli {
namespace {

json::object request_of(const arguments& given)
{
    auto request = request_from_flags(given);
    request["tenants"] = tenants_from(given.text("tenants"));
    request["rows"] = given.text("rows", "own");
    if (!given.has("tenants"))
        throw failure(error_kind::usage, "--tenants is missing",
                      "--tenants all, --tenants a,b or --tenants @file");
    return request;
}

task<int> plan(session& s, const arguments& given)
{
    auto request = request_of(given);
    request["print"] = true;
    const auto made = co_await s.api.post("/v1/plans", std::move(request));
    s.out.answer(made);
    s.out.data(render_plan(made, s.out.colour()));
    for (const auto& finding : list_of(made, "findings"))
        if (text_of(finding, "severity") == "blocks") co_return exit_code(error_kind::refused);
    co_return 0;
}

task<int> start(session& s, const arguments& given)
{
    auto request = request_of(given);
    const auto code = co_await start_and_follow(s, given, std::move(request));
    co_return code;
}

task<int> list(session& s, const arguments&)
{
    const auto answer = co_await s.api.get("/v1/rollouts");
    s.out.answer(answer);
    text_table table({">id", "state", "title", ">jobs", ">done", ">dead", "created", "finished"});
    for (const auto& rollout : list_of(answer, "items")) {
        const auto& jobs = at(rollout, "jobs");
        const auto state = text_of(rollout, "state");
        const auto how = state == "done" ? tone::good : state == "failed" ? tone::bad : tone::plain;
        table.add({text_of(rollout, "id"), cell(state, how), shorten(text_of(rollout, "title"), 60),
                   text_of(jobs, "total"), text_of(jobs, "done"), text_of(jobs, "dead"),
                   text_of(rollout, "created_at"), text_of(rollout, "finished_at")});
    }
    s.out.data(table.empty() ? std::string("there are no rollouts\n") : table.render(s.out.colour()));
    co_return 0;
}

std::string path_of(const arguments& given, std::string_view then = "")
{
    const auto id = given.number("ID", 1).value_or(0);
    return fmt::format("/v1/rollouts/{}{}", id, then);
}

task<int> status(session& s, const arguments& given)
{
    const auto answer = co_await s.api.get(path_of(given));
    s.out.answer(answer);
    const auto now = read_progress(answer);
    const bool waves = now.waves > 1;
    text_table table(
        {"city", waves ? ">wave" : ">", "state", "phase", ">jobs", ">rows", ">expected", ">size", "error"});
    for (const auto& city : now.cities)
        table.add({city.slug, waves ? std::to_string(city.wave) : std::string(), city.state, city.phase,
                   fmt::format("{}/{}", city.jobs_done, city.jobs_total), text::human_count(city.rows),
                   text::human_count(city.expected_rows), text::human_bytes(city.bytes),
                   shorten(city.error, 100)});
    s.out.data(fmt::format("rollout {} ({}): {}\n", now.id, now.title, now.state));
    s.out.data(table.render(s.out.colour()));
    s.out.say(summary_line(now));
    for (const auto& line : moment_lines(answer))
        s.out.warn(line);
    for (const auto& line : quarantine_lines(answer))
        s.out.warn(line);
    if (!now.paused_why.empty()) s.out.say(after_pause(now.id, now.paused_why));
    co_return 0;
}

task<int> watch(session& s, const arguments& given)
{
    use_workers(s, given);
    const auto id = given.number("ID", 1).value_or(0);
    const auto answer = co_await s.api.get(path_of(given));
    if (read_progress(answer).finished()) {
        const auto ended = co_await show_end(s, id);
        co_return ended;
    }
    const auto code = co_await follow_rollout(s, id);
    co_return code;
}

void print_rollout(session& s, const json::value& answer)
{
    const auto& rollout = at(answer, "rollout");
    s.out.data(fmt::format("rollout {}: {}\n", text_of(rollout, "id"), text_of(rollout, "state")));
}

task<int> pause(session& s, const arguments& given)
{
    const auto answer = co_await s.api.post(path_of(given, "/pause"));
    s.out.answer(answer);
    print_rollout(s, answer);
    s.out.say("jobs that run finish; no further one starts");
    co_return 0;
}

/// Where nobody else works, the command does: an unfinished rollout is followed to its end.
task<int> go_on(session& s, const arguments& given, json::value answer)
{
    use_workers(s, given);
    const auto id = number_of(at(answer, "rollout"), "id");
    if (!s.embedded || given.has("detach")) {
        s.out.answer(answer);
        print_rollout(s, answer);
        co_return 0;
    }
    const auto code = co_await follow_rollout(s, id);
    co_return code;
}

task<int> resume(session& s, const arguments& given)
{
    json::object request;
    if (const auto budget = given.maybe("max-failures")) request["max_failures"] = *budget;
    auto answer = co_await s.api.post(path_of(given, "/resume"), std::move(request));
    const auto code = co_await go_on(s, given, std::move(answer));
    co_return code;
}

task<int> retry(session& s, const arguments& given)
{
    auto answer = co_await s.api.post(path_of(given, "/retry"));
    const auto jobs = text::counted(number_of(answer, "retried"), "dead job is", "dead jobs are");
    s.out.say(jobs + " to be tried again");
    const auto code = co_await go_on(s, given, std::move(answer));
    co_return code;
}

/// For the question and, because --yes asks none, for the answer.
std::string after_cancelling(const arguments& given)
{
    return set_aside_by(given.number("ID", 1).value_or(0)) +
           " The command that started it, run again, brings them back.";
}

task<int> cancel(session& s, const arguments& given)
{
    const auto path = path_of(given, "/cancel");
    const auto sure = co_await confirm(
        s, fmt::format("Cancel rollout {}? What was copied stays; nothing more is published. {}",
                       given.text("ID"), after_cancelling(given)));
    if (!sure) throw failure(error_kind::refused, "nothing was changed");
    const auto answer = co_await s.api.post(path);
    s.out.answer(answer);
    print_rollout(s, answer);
    s.out.say(after_cancelling(given));
    co_return 0;
}

std::vector<flag> rollout_flags(bool running)
{
    std::vector<flag> flags{
        {"tenants", "LIST", "all (but the legacy city), a,b or @file with one slug a line"},
        {"rows", "WHICH", "own (default): those of the tenant's id; none, legacy or all"},
        {"city-id", "UUID", "one tenant: the value of the tenant column instead of its id"},
    };
    for (auto& one : table_flags())
        flags.push_back(std::move(one));
    for (auto& one : pace_flags())
        flags.push_back(std::move(one));
    if (running)
        for (auto& one : running_flags())
            flags.push_back(std::move(one));
    return flags;
}

std::vector<flag> resume_flags()
{
    std::vector<flag> flags{
        {"max-failures", "N", "so many failed cities in all are allowed from here on; or P%"}};
    for (auto& one : running_flags())
        flags.push_back(std::move(one));
    return flags;
}

const std::vector<positional> id{{"ID", "the rollout's number"}};

} // namespace

std::vector<command> rollout_commands()
{
    return {
        {"rollout",
         "plan",
         "Shows what a rollout would do, and everything that would fail; changes nothing",
         {},
         rollout_flags(false),
         {{"rollout plan --tenants all", "every city"},
          {"rollout plan --tenants recife --modules saude --json", "for a script"}},
         plan},
        {"rollout",
         "start",
         "Rolls out many tenants: databases, tables, rows",
         {},
         rollout_flags(true),
         {{"rollout start --tenants all --workers 8", "every city, eight worker processes"},
          {"rollout start --tenants @cities.txt --modules educacao", "those of a file, one module"},
          {"rollout start --tenants recife --on-bad-row quarantine",
           "rows that recife refuses are set aside"},
          {"rollout start --tenants all --canary recife --waves 10,50 --max-failures 3",
           "recife first, then ten cities, then fifty at a time; stops when a fourth has failed"}},
         start},
        {"rollout",
         "list",
         "The rollouts, newest first",
         {},
         {},
         {{"rollout list", "the last hundred"}},
         list},
        {"rollout",
         "status",
         "How far a rollout is, city by city",
         id,
         {},
         {{"rollout status 7", "one look"}},
         status},
        {"rollout",
         "watch",
         "Follows a rollout to its end; without a server it also works on it",
         id,
         running_flags(),
         {{"rollout watch 7", "also after Ctrl-C or a crash"}},
         watch},
        {"rollout",
         "pause",
         "Starts no further job of a rollout",
         id,
         {},
         {{"rollout pause 7", "running jobs finish"}},
         pause},
        {"rollout",
         "resume",
         "Goes on with a paused rollout",
         id,
         resume_flags(),
         {{"rollout resume 7", "from where it stands"},
          {"rollout resume 7 --max-failures 10", "after too many cities failed"}},
         resume},
        {"rollout",
         "cancel",
         "Ends a rollout; what was copied stays unpublished",
         id,
         {},
         {{"rollout cancel 7 --yes", "without a question"}},
         cancel},
        {"rollout",
         "retry",
         "Tries the dead jobs of a rollout again",
         id,
         running_flags(),
         {{"rollout retry 7", "after their cause was settled"}},
         retry},
        undo_command(),
    };
}

} // namespace tropeiro::scheduler::cli

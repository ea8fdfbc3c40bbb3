// job list, show, why, retry.
#include "scheduler/cli/command_table.hpp"
#include "scheduler/cli/embedded_scheduler.hpp"
#include "scheduler/cli/session.hpp"
#include "scheduler/cli/text_table.hpp"
#include "shared/base/text.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::cli {
namespace {

tone tone_of(const std::string& state)
{
    if (state == "done") return tone::good;
    return state == "dead" ? tone::bad : tone::plain;
}

std::map<std::string, std::string> filter_from(const arguments& given)
{
    std::map<std::string, std::string> query;
    for (const auto* name : {"rollout", "state", "tenant", "after", "limit"})
        if (const auto value = given.maybe(name)) query[name] = *value;
    return query;
}

task<int> list(session& s, const arguments& given)
{
    auto query = filter_from(given);
    const auto answer = co_await s.api.get("/v1/jobs", std::move(query));
    s.out.answer(answer);
    text_table table({">id", ">rollout", "city", "job", "state", ">tries", ">rows", "owner", "error"});
    for (const auto& job : list_of(answer, "items")) {
        const auto state = text_of(job, "state");
        table.add({text_of(job, "id"), text_of(job, "rollout"), text_of(job, "tenant"), text_of(job, "label"),
                   cell(state, tone_of(state)), text_of(job, "attempts"),
                   text::human_count(number_of(job, "rows")), text_of(job, "owner"),
                   shorten(text_of(job, "error"), 100)});
    }
    s.out.data(table.empty() ? std::string("no jobs\n") : table.render(s.out.colour()));
    if (const auto next = text_of(answer, "next_after"); !next.empty())
        s.out.say("more with --after " + next);
    co_return 0;
}

std::string path_of(const arguments& given, std::string_view then = "")
{
    const auto id = given.number("ID", 1).value_or(0);
    return fmt::format("/v1/jobs/{}{}", id, then);
}

task<int> show(session& s, const arguments& given)
{
    const auto job = co_await s.api.get(path_of(given));
    s.out.answer(job);
    std::string page;
    for (const auto* name :
         {"id", "rollout", "tenant", "kind", "label", "state", "attempts", "owner", "claim_seq", "lane",
          "rows", "bytes", "expected_rows", "expected_bytes", "started_at", "finished_at", "error"})
        if (const auto value = text_of(job, name); !value.empty())
            page += fmt::format("{:<15} {}\n", name, printable(value));
    page += fmt::format("{:<15} {}\n", "depends_on", text::join(words_of(job, "depends_on"), ", "));
    page += fmt::format("{:<15} {}\n", "spec", json::serialize(at(job, "spec")));
    s.out.data(page);
    co_return 0;
}

task<int> why(session& s, const arguments& given)
{
    const auto answer = co_await s.api.get(path_of(given, "/why"));
    s.out.answer(answer);
    const auto& job = at(answer, "job");
    s.out.data(fmt::format("job {} ({}, {}): {}\n", text_of(job, "id"), text_of(job, "label"),
                           text_of(job, "tenant"), printable(text_of(answer, "reason"))));
    co_return 0;
}

task<int> retry(session& s, const arguments& given)
{
    const auto job = co_await s.api.post(path_of(given, "/retry"));
    s.out.answer(job);
    s.out.data(fmt::format("job {} is to be tried again\n", text_of(job, "id")));
    if (s.embedded)
        s.out.say(fmt::format("work on it with: tropeiro rollout watch {}", text_of(job, "rollout")));
    co_return 0;
}

const std::vector<positional> id{{"ID", "the job's number"}};

} // namespace

std::vector<command> job_commands()
{
    return {
        {"job",
         "list",
         "The jobs",
         {},
         {{"rollout", "ID", "of this rollout"},
          {"state", "STATE", "wait, running, done, dead or cancelled"},
          {"tenant", "SLUG", "of this tenant"},
          {"after", "ID", "those with a larger number: the next page"},
          {"limit", "N", "at most so many (default: 200)"}},
         {{"job list --rollout 7 --state dead", "what went wrong"}},
         list},
        {"job", "show", "Everything about a job", id, {}, {{"job show 17", "with its specification"}}, show},
        {"job", "why", "The one reason why a job does not run", id, {}, {{"job why 17", "a sentence"}}, why},
        {"job",
         "retry",
         "Tries a dead job again",
         id,
         {},
         {{"job retry 17", "after its cause was settled"}},
         retry},
    };
}

} // namespace tropeiro::scheduler::cli

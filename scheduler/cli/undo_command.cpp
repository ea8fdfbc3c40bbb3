#include "scheduler/cli/undo_command.hpp"

#include "scheduler/cli/session.hpp"
#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace tropeiro::scheduler::cli {
namespace {

json::object request_of(const arguments& given)
{
    const auto tenant = given.text("tenant");
    if (tenant.empty())
        throw failure(
            error_kind::usage, "--tenant is missing",
            fmt::format("it names the city: tropeiro rollout undo {} --tenant SLUG", given.text("ID")));
    json::object request;
    request["tenant"] = tenant;
    request["discard_changes"] = given.has("discard-changes");
    return request;
}

task<json::value> look(session& s, const std::string& path, const arguments& given)
{
    auto request = request_of(given);
    request["dry_run"] = true;
    // Without, the undoing itself compares, under the same locks, and refuses.
    request["compare"] = given.has("dry-run") || (given.has("discard-changes") && !s.yes);
    auto answer = co_await s.api.post(path, std::move(request));
    co_return answer;
}

task<int> undo(session& s, const arguments& given)
{
    const auto id = given.number("ID", 1).value_or(0);
    const auto path = fmt::format("/v1/rollouts/{}/undo", id);
    const auto before = co_await look(s, path, given);
    if (flag_of(before, "done") || given.has("dry-run")) {
        s.out.answer(before);
        s.out.data(render_undo(before));
        co_return undo_exit_code(before);
    }
    if (!s.yes) s.out.say(render_undo(before));
    const auto sure = co_await confirm(s, undo_question(id, before));
    if (!sure) throw failure(error_kind::refused, "nothing was changed");
    auto request = request_of(given);
    const auto made = co_await s.api.post(path, std::move(request));
    s.out.answer(made);
    s.out.data(render_undo(made));
    co_return undo_exit_code(made);
}

/// A line each; those that share a reason share one.
std::string things_text(const json::value& answer, std::string_view outcome, std::string_view heading)
{
    std::vector<std::pair<std::string, std::vector<std::string>>> by_reason;
    for (const auto& one : list_of(answer, "things")) {
        if (text_of(one, "outcome") != outcome) continue;
        auto name = fmt::format("{} {}", text_of(one, "kind"), text_of(one, "identity"));
        const auto why = text_of(one, "why");
        const auto known = std::ranges::find(by_reason, why, [](const auto& group) { return group.first; });
        if (why.empty() || known == by_reason.end())
            by_reason.push_back({why, {std::move(name)}});
        else
            known->second.push_back(std::move(name));
    }
    std::string text;
    for (const auto& [why, names] : by_reason)
        text += fmt::format("  {}{}\n", text::join(names, ", "), why.empty() ? std::string() : ": " + why);
    return text.empty() ? text : fmt::format("{}\n{}", heading, text);
}

/// Else everything that the rollout brought stays.
bool changes_the_city(const json::value& answer)
{
    const auto& things = list_of(answer, "things");
    return flag_of(answer, "drops_database") || things.empty() ||
           std::ranges::any_of(things, [](const auto& one) { return text_of(one, "outcome") != "stays"; });
}

std::string changes_text(const json::value& answer)
{
    std::string text;
    for (const auto& one : list_of(answer, "changed"))
        text += fmt::format("  table {}: {}\n", text_of(one, "table"), text_of(one, "what"));
    return text;
}

/// An undoing of this kind would be refused.
bool held_back(const json::value& answer)
{
    return !flag_of(answer, "done") && !flag_of(answer, "discards") && !list_of(answer, "changed").empty();
}

} // namespace

std::string render_undo(const json::value& answer)
{
    const auto city = text_of(answer, "city");
    if (flag_of(answer, "earlier"))
        return fmt::format("{} is undone already: nothing of that rollout is left there\n", city);
    const bool done = flag_of(answer, "done");
    const bool held = held_back(answer);
    std::string_view headline = done ? "is undone" : "would be undone";
    if (held) headline = "would not be undone";
    if (!held && !changes_the_city(answer)) headline = "stays as it is";
    auto text = fmt::format("{} {}\n", city, headline);
    if (held)
        text += "it has changed since; --discard-changes undoes it all the same, and loses\n" +
                changes_text(answer);
    text += things_text(answer, "dropped", done ? "dropped" : "would be dropped");
    text += things_text(answer, "emptied", done ? "emptied" : "would be emptied");
    text += things_text(answer, "back", done ? "put back" : "would be put back");
    text += things_text(answer, "stays", "stays");
    if (const auto changes = changes_text(answer); !changes.empty() && !held && changes_the_city(answer))
        text += fmt::format("had changed since, {}\n{}", done ? "lost" : "would be lost", changes);
    if (!flag_of(answer, "database_there"))
        text += fmt::format("there is no database {}\n", text_of(answer, "database"));
    if (flag_of(answer, "published"))
        text += fmt::format("the control plane {} what it said before that rollout\n",
                            done ? "says again" : "would say again");
    return text;
}

std::string undo_question(std::int64_t rollout, const json::value& look)
{
    auto text = fmt::format("Undo rollout {} for {}?", rollout, text_of(look, "city"));
    const auto connections = number_of(look, "connections");
    if (flag_of(look, "drops_database"))
        text += fmt::format(" Database {} is dropped with all that is in it; {}.", text_of(look, "database"),
                            text::counted(connections, "connection to it ends", "connections to it end"));
    else if (changes_the_city(look))
        text += fmt::format(" What the rollout made in database {} is dropped.", text_of(look, "database"));
    else
        text += fmt::format(" Database {} stays as it is, for the reasons above.", text_of(look, "database"));
    if (!changes_the_city(look)) return text;
    for (const auto& one : list_of(look, "changed"))
        text += fmt::format(" Lost with it: table {}, {}.", text_of(one, "table"), text_of(one, "what"));
    return text;
}

int undo_exit_code(const json::value& answer)
{
    if (held_back(answer)) return exit_code(error_kind::refused);
    for (const auto& one : list_of(answer, "things"))
        if (text_of(one, "outcome") == "stays") return exit_code(error_kind::partial);
    return 0;
}

command undo_command()
{
    return {
        "rollout",
        "undo",
        "Takes back what a rollout made for one city, and nothing else",
        {{"ID", "the rollout's number"}},
        {{"tenant", "SLUG", "the city"},
         {"dry-run", "", "only say what would go, what would stay and what has changed since"},
         {"discard-changes", "", "also when rows came or changed after the rollout: they are lost"}},
        {{"rollout undo 7 --tenant recife --dry-run", "what would go"},
         {"rollout undo 7 --tenant recife --yes", "without a question; `rollout start` provisions it anew"}},
        undo};
}

} // namespace tropeiro::scheduler::cli

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

enum class undo_effect {
    refused, // the city has changed since, and changes are not to be lost
    none,    // everything that the rollout brought stays
    nothing_there,
    some
};

undo_effect effect_of(const json::value& answer)
{
    const auto& things = list_of(answer, "things");
    const bool goes = flag_of(answer, "drops_database") || std::ranges::any_of(things, [](const auto& one) {
                          return text_of(one, "outcome") != "stays";
                      });
    const bool over = flag_of(answer, "done");
    if (!over && !flag_of(answer, "discards") && !list_of(answer, "changed").empty())
        return undo_effect::refused;
    if (goes) return undo_effect::some;
    return things.empty() ? undo_effect::nothing_there : undo_effect::none;
}

std::string_view headline(undo_effect effect, bool done)
{
    if (effect == undo_effect::refused) return "would not be undone";
    if (effect == undo_effect::none) return "stays as it is";
    return done ? "is undone" : "would be undone";
}

/// What it means for the database, a sentence.
std::string database_sentence(const json::value& look)
{
    const auto database = text_of(look, "database");
    if (!flag_of(look, "database_there")) return fmt::format("There is no database {}.", database);
    if (flag_of(look, "drops_database"))
        return fmt::format(
            "Database {} is dropped with all that is in it; {}.", database,
            text::counted(number_of(look, "connections"), "connection to it ends", "connections to it end"));
    switch (effect_of(look)) {
    case undo_effect::none:
        return fmt::format(
            "Database {} stays as it is: nothing that the rollout brought there can be taken back.",
            database);
    case undo_effect::nothing_there:
        return fmt::format("In database {} nothing of the rollout is left.", database);
    case undo_effect::refused:
    case undo_effect::some:
        break;
    }
    std::vector<std::string> deeds;
    const auto add = [&](std::string_view outcome, std::string_view deed) {
        const auto& things = list_of(look, "things");
        const auto count = std::ranges::count_if(
            things, [&](const auto& one) { return text_of(one, "outcome") == outcome; });
        if (count > 0) deeds.push_back(fmt::format("{} {}", count, deed));
    };
    add("dropped", "dropped");
    add("emptied", "emptied");
    add("back", "put back");
    add("stays", "kept");
    return fmt::format("In database {}, of what the rollout touched: {}.", database, text::join(deeds, ", "));
}

std::string changes_text(const json::value& answer)
{
    std::string text;
    for (const auto& one : list_of(answer, "changed"))
        text += fmt::format("  table {}: {}\n", text_of(one, "table"), text_of(one, "what"));
    return text;
}

} // namespace

std::string render_undo(const json::value& answer)
{
    const auto city = text_of(answer, "city");
    if (flag_of(answer, "earlier"))
        return fmt::format("{} is undone already: nothing of that rollout is left there\n", city);
    const bool done = flag_of(answer, "done");
    const auto effect = effect_of(answer);
    auto text = fmt::format("{} {}\n", city, headline(effect, done));
    if (effect == undo_effect::refused)
        text += "it has changed since; --discard-changes undoes it all the same, and loses\n" +
                changes_text(answer);
    text += things_text(answer, "dropped", done ? "dropped" : "would be dropped");
    text += things_text(answer, "emptied", done ? "emptied" : "would be emptied");
    text += things_text(answer, "back", done ? "put back" : "would be put back");
    text += things_text(answer, "stays", "stays");
    if (const auto changes = changes_text(answer); !changes.empty() && effect == undo_effect::some)
        text += fmt::format("had changed since, {}\n{}", done ? "lost" : "would be lost", changes);
    if (!flag_of(answer, "database_there"))
        text += fmt::format("there is no database {}\n", text_of(answer, "database"));
    if (flag_of(answer, "published"))
        text += fmt::format(
            "what it wrote into the control plane {} taken back, where nobody has changed it since\n",
            done ? "is" : "would be");
    return text;
}

std::string undo_question(std::int64_t rollout, const json::value& look)
{
    auto text =
        fmt::format("Undo rollout {} for {}? {}", rollout, text_of(look, "city"), database_sentence(look));
    for (const auto& one : list_of(look, "changed"))
        text += fmt::format(" Lost with it: table {}, {}.", text_of(one, "table"), text_of(one, "what"));
    if (flag_of(look, "published"))
        text += " What it wrote into the control plane is taken back, where nobody has changed it since.";
    return text;
}

int undo_exit_code(const json::value& answer)
{
    if (effect_of(answer) == undo_effect::refused) return exit_code(error_kind::refused);
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

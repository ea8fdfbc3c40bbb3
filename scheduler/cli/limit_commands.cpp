// limit list, set.
#include "scheduler/cli/command_table.hpp"
#include "scheduler/cli/session.hpp"
#include "scheduler/cli/text_table.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::cli {
namespace {

void print(session& s, const json::value& answer)
{
    text_table table({"resource", ">jobs at once", ">in use", "set by"});
    for (const auto& limit : list_of(answer, "items")) {
        const auto slots = number_of(limit, "slots");
        table.add({text_of(limit, "resource"), slots == 0 ? "paused" : fmt::format("{}", slots),
                   at(limit, "used").is_null() ? "?" : text_of(limit, "used"), text_of(limit, "set_by")});
    }
    s.out.answer(answer);
    s.out.data(table.render(s.out.colour()));
    if (const auto note = text_of(answer, "note"); !note.empty()) s.out.warn(note);
}

task<int> list(session& s, const arguments&)
{
    const auto answer = co_await s.api.get("/v1/limits");
    print(s, answer);
    co_return 0;
}

/// "t:HOST:PORT=8"; "=default" takes it back.
json::object limit_from(const std::string& text)
{
    const auto equals = text.rfind('=');
    if (equals == std::string::npos || equals == 0)
        throw failure(error_kind::usage, fmt::format("\"{}\" is no limit", text),
                      "t:HOST:PORT=8, s:HOST:PORT=0 or *=default");
    arguments value;
    value.set("N", text.substr(equals + 1));
    json::object body;
    body["resource"] = text.substr(0, equals);
    body["slots"] = nullptr;
    if (text.substr(equals + 1) != "default") body["slots"] = *value.number("N", 0);
    return body;
}

task<int> set(session& s, const arguments& given)
{
    auto body = limit_from(given.text("LIMIT"));
    const auto answer = co_await s.api.put("/v1/limits", std::move(body));
    print(s, answer);
    co_return 0;
}

} // namespace

std::vector<command> limit_commands()
{
    return {
        {"limit",
         "list",
         "How many jobs may use each server or city at once, and how many do",
         {},
         {},
         {{"limit list", "all of them"}},
         list},
        {"limit",
         "set",
         "Changes how many jobs may use a server or city at once",
         {{"LIMIT", "RESOURCE=N; 0 pauses it, =default takes it back"}},
         {},
         {{"limit set t:db.example:5432=16", "a target server"},
          {"limit set s:db.example:5432=0", "nobody reads the source until it is set again"},
          {"limit set t:*=4", "each target server that has no limit of its own"},
          {"limit set t:db.example:5432=default", "back to the workspace's, or to what the plan allows"}},
         set},
    };
}

} // namespace tropeiro::scheduler::cli

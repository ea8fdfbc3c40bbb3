// worker list, drain.
#include "scheduler/cli/command_table.hpp"
#include "scheduler/cli/session.hpp"
#include "scheduler/cli/text_table.hpp"
#include "shared/http/message.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::cli {
namespace {

constexpr double beats_every = 20; // seconds, at the longest lease that is usual

std::string state_of(const json::value& worker)
{
    if (real_of(worker, "last_beat_seconds") > beats_every) return "silent";
    return flag_of(worker, "draining") ? "draining" : "working";
}

/// "host db1, pid 4711, 2 slots"
std::string describe(const json::value& info)
{
    if (!info.is_object()) return text_of(info);
    return fmt::format("host {}, pid {}, {} slots", text_of(info, "host"), number_of(info, "pid"),
                       number_of(info, "slots"));
}

task<int> list(session& s, const arguments&)
{
    const auto answer = co_await s.api.get("/v1/workers");
    s.out.answer(answer);
    text_table table({"worker", ">jobs", ">last beat", "state", "where"});
    for (const auto& worker : list_of(answer, "items")) {
        const auto& info = at(worker, "info");
        const bool beats = !at(worker, "last_beat_seconds").is_null();
        table.add({text_of(worker, "name"), text_of(worker, "jobs"),
                   beats ? fmt::format("{:.0f}s ago", real_of(worker, "last_beat_seconds")) : "",
                   state_of(worker), describe(info)});
    }
    s.out.data(table.empty() ? std::string("no workers\n") : table.render(s.out.colour()));
    if (const auto note = text_of(answer, "note"); !note.empty()) s.out.say(note);
    co_return 0;
}

task<int> drain(session& s, const arguments& given)
{
    const auto path = fmt::format("/v1/workers/{}/drain", http::encode_segment(given.text("NAME")));
    const auto answer = co_await s.api.post(path);
    s.out.answer(answer);
    s.out.data(
        fmt::format("{} takes no further job and leaves at its next batch boundary\n", given.text("NAME")));
    co_return 0;
}

} // namespace

std::vector<command> worker_commands()
{
    return {
        {"worker",
         "list",
         "The workers that are alive",
         {},
         {},
         {{"worker list", "with what each is at"}},
         list},
        {"worker",
         "drain",
         "Sends a worker home: its jobs go to others",
         {{"NAME", "as `worker list` shows it, or *"}},
         {},
         {{"worker drain 3f9a0c1e5b7d2468", "before its machine is taken down"}},
         drain},
    };
}

} // namespace tropeiro::scheduler::cli

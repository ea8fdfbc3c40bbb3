#include "scheduler/cli/follow.hpp"

#include "scheduler/cli/check_text.hpp"
#include "scheduler/cli/embedded_scheduler.hpp"
#include "scheduler/cli/progress_view.hpp"
#include "scheduler/cli/text_table.hpp"
#include "shared/base/clock.hpp"
#include "shared/base/text.hpp"
#include "shared/pg/error.hpp"
#include "shared/rt/deadline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace tropeiro::scheduler::cli {
namespace {

constexpr milliseconds shortest_pause{100};
constexpr milliseconds longest_pause{500};
constexpr milliseconds ask_again_every{2000};
constexpr std::chrono::minutes outage_limit{15};
constexpr milliseconds signal_every{50};

/// Shows one look: a frame on a terminal, lines elsewhere, nothing when quiet.
class progress_display {
  public:
    explicit progress_display(output& out)
        : out_(out), frame_(out.where().columns, out.where().rows, paint(out.where().colours))
    {
    }

    void show(const rollout_progress& now)
    {
        if (out_.quiet()) return;
        if (out_.where().err) {
            const auto lines = frame_.lines(now, steady::now());
            out_.frame(text::join(lines, "\n") + "\n", lines.size());
            return;
        }
        for (const auto& line : lines_.changes(now, steady::now()))
            out_.say(line);
    }

    void end() { out_.frame("", 0); }

  private:
    output& out_;
    progress_frame frame_;
    progress_lines lines_;
};

task<> pause_or_signal(session& s, milliseconds how_long)
{
    for (milliseconds waited{0}; waited < how_long && !s.signals.requested(); waited += signal_every)
        co_await rt::sleep_for(signal_every);
}

bool may_pass(const failure& e)
{
    const auto* from_server = dynamic_cast<const pg::error*>(&e);
    return e.kind() == error_kind::unreachable || (from_server && pg::is_retryable(from_server->sqlstate()));
}

/// One look at the rollout; nothing while whoever is asked cannot answer. The work goes on without us, so an
/// outage is waited out; throws when it lasts too long.
class patient_look {
  public:
    explicit patient_look(session& s) : s_(s) {}

    task<std::optional<json::value>> operator()(std::string path)
    {
        std::optional<json::value> answer;
        try {
            auto value = co_await s_.api.get(std::move(path));
            if (failing_) s_.out.say("there is an answer again");
            failing_.reset();
            answer.emplace(std::move(value));
        } catch (const failure& e) {
            if (!may_pass(e)) throw;
            if (!failing_) s_.out.warn(fmt::format("{}; the work goes on, asking again", e.what()));
            if (!failing_) failing_ = steady::now();
            if (steady::now() - *failing_ > outage_limit) throw;
        }
        co_return answer;
    }

  private:
    session& s_;
    std::optional<steady::time_point> failing_;
};

int interrupted(session& s, std::int64_t rollout)
{
    if (s.embedded)
        s.out.warn(
            fmt::format("interrupted: the workers finish their batch and leave. Nothing is lost; go on with\n"
                        "  tropeiro rollout watch {}",
                        rollout));
    else
        s.out.warn(fmt::format("the rollout goes on without this command; see it again with\n"
                               "  tropeiro rollout watch {}",
                               rollout));
    return exit_code(error_kind::interrupted);
}

int stopped(session& s, const json::value& answer)
{
    const auto now = read_progress(answer);
    s.out.answer(answer);
    s.out.say(summary_line(now));
    s.out.warn(after_pause(now.id, now.paused_why));
    return exit_paused;
}

tone tone_of(const std::string& status)
{
    if (status == "done") return tone::good;
    if (status == "failed") return tone::bad;
    return status == "cancelled" || status == "paused" ? tone::warning : tone::plain;
}

/// A table that was merged into has no receipt to compare.
std::string check_of(const json::value& city)
{
    const auto receipts = number_of(city, "receipts");
    const auto tables = number_of(city, "tables");
    if (!flag_of(city, "verified")) return "-";
    if (receipts == tables) return fmt::format("{} by receipt", text::human_count(receipts));
    return fmt::format("{} of {} by receipt", text::human_count(receipts), text::human_count(tables));
}

} // namespace

task<int> show_end(session& s, std::int64_t rollout)
{
    const auto path = fmt::format("/v1/rollouts/{}/outcome", rollout);
    const auto outcome = co_await s.api.get(path);
    const bool check = flag_of(at(outcome, "rollout"), "is_check");
    s.out.data(check ? render_checks(outcome, s.out.colour()) : render_outcome(outcome, s.out.colour()));
    s.out.answer(outcome);
    s.out.say(check ? check_sentence(outcome) : outcome_sentence(outcome));
    for (const auto& line : moment_lines(outcome))
        s.out.warn(line);
    for (const auto& line : quarantine_lines(outcome))
        s.out.warn(line);
    const auto code = outcome_exit_code(outcome);
    if (text_of(at(outcome, "rollout"), "state") == "failed") s.out.warn(after_dead_jobs(rollout, check));
    co_return code;
}

task<int> follow_rollout(session& s, std::int64_t rollout)
{
    s.ends_softly = true;
    if (s.embedded) co_await s.embedded->work();
    progress_display display(s.out);
    patient_look look(s);
    bool said_paused = false;
    const auto path = fmt::format("/v1/rollouts/{}", rollout);
    while (!s.signals.requested()) {
        const auto began = steady::now();
        const auto answer = co_await look(path);
        const auto pause = pause_between_looks(steady::now() - began, shortest_pause, longest_pause);
        if (s.embedded) co_await s.embedded->tend();
        if (!answer) {
            co_await pause_or_signal(s, ask_again_every);
            continue;
        }
        const auto now = read_progress(*answer);
        display.show(now);
        if (now.finished()) {
            display.end();
            const auto code = co_await show_end(s, rollout);
            co_return code;
        }
        if (now.stopped()) {
            display.end();
            co_return stopped(s, *answer);
        }
        if (now.state == "paused" && now.paused_why.empty() && !said_paused)
            s.out.say(fmt::format("rollout {0} is paused; `tropeiro rollout resume {0}` goes on", rollout));
        said_paused = now.state == "paused";
        co_await pause_or_signal(s, pause);
    }
    display.end();
    co_return interrupted(s, rollout);
}

std::string render_outcome(const json::value& outcome, const paint& colour)
{
    text_table table({"city", ">tables", ">rows", ">MB", ">seconds", "check", "status"});
    for (const auto& city : list_of(outcome, "items")) {
        const auto status = text_of(city, "status");
        const auto error = text_of(city, "error");
        table.add({text_of(city, "slug"), text::human_count(number_of(city, "tables")),
                   text::human_count(number_of(city, "rows")),
                   fmt::format("{:.1f}", static_cast<double>(number_of(city, "bytes")) / 1'048'576),
                   fmt::format("{:.1f}", real_of(city, "seconds")), check_of(city),
                   cell(error.empty() ? status : status + ": " + error, tone_of(status))});
    }
    return table.render(colour);
}

std::string outcome_sentence(const json::value& outcome)
{
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    double longest = 0;
    for (const auto& city : list_of(outcome, "items")) {
        rows += number_of(city, "rows");
        bytes += number_of(city, "bytes");
        longest = std::max(longest, real_of(city, "seconds"));
    }
    const auto& rollout = at(outcome, "rollout");
    const auto cities = static_cast<std::int64_t>(list_of(outcome, "items").size());
    std::int64_t refused = 0;
    for (const auto& table : list_of(outcome, "quarantined"))
        refused += number_of(table, "rows");
    const auto missing =
        refused == 0 ? std::string() : fmt::format(", but {} quarantined", text::counted(refused, "row"));
    return fmt::format("rollout {} is {}: {}, {} copied{}, {}, {}", number_of(rollout, "id"),
                       text_of(rollout, "state"), text::counted(cities, "city", "cities"),
                       text::counted(rows, "row"), missing, text::human_bytes(bytes),
                       text::human_duration(std::chrono::duration<double>(longest)));
}

std::vector<std::string> quarantine_lines(const json::value& answer)
{
    std::vector<std::string> lines;
    for (const auto& table : list_of(answer, "quarantined"))
        lines.push_back(fmt::format("{} quarantined in {}.{}: see tropeiro.quarantined_row in that database; "
                                    "the first one: {}",
                                    text::counted(number_of(table, "rows"), "row"), text_of(table, "slug"),
                                    text_of(table, "table"), text_of(table, "error")));
    return lines;
}

std::vector<std::string> moment_lines(const json::value& answer)
{
    std::vector<std::string> lines;
    const auto& moments = list_of(answer, "moments");
    for (const auto& moment : moments) {
        const auto tables = number_of(moment, "tables");
        lines.push_back(
            fmt::format("{} {} copied from the source as of {}{}", text::counted(tables, "table"),
                        tables == 1 ? "was" : "were", text_of(moment, "taken_at"),
                        &moment == &moments.back() ? "" : ": " + text_of(moment, "ended_reason")));
    }
    if (moments.empty()) return lines;
    const auto mixed = number_of(moments.front(), "mixed_cities");
    if (mixed == 0)
        lines.emplace_back("each city's tables of this rollout show one of these moments");
    else
        lines.push_back(
            fmt::format("{} of several: rows that changed in between may not fit together; "
                        "`tropeiro data verify --source` compares all of them with the source as "
                        "it is now",
                        mixed == 1 ? "1 city has tables" : fmt::format("{} cities have tables", mixed)));
    return lines;
}

int outcome_exit_code(const json::value& outcome)
{
    const bool done = text_of(at(outcome, "rollout"), "state") == "done";
    const bool complete = all_well(outcome) && list_of(outcome, "quarantined").empty();
    return done && complete ? 0 : exit_code(error_kind::partial);
}

std::string set_aside_by(std::int64_t rollout)
{
    return fmt::format(
        "Where rollout {} was to bring rows into tables that existed before, their foreign keys and triggers "
        "may be off.",
        rollout);
}

std::string after_pause(std::int64_t rollout, const std::string& why)
{
    return fmt::format(
        "paused: {1}\ngo on with `tropeiro rollout resume {0}` (--max-failures N allows more failed "
        "cities), or give it up with `tropeiro rollout cancel {0}`",
        rollout, why);
}

std::string after_dead_jobs(std::int64_t rollout, bool is_check)
{
    auto said =
        fmt::format("see the dead jobs with `tropeiro job list --rollout {0} --state dead`, and try them "
                    "again with `tropeiro rollout retry {0}`.",
                    rollout);
    if (!is_check)
        said += fmt::format("\n{} The retry puts them back when it is done.", set_aside_by(rollout));
    return said;
}

} // namespace tropeiro::scheduler::cli

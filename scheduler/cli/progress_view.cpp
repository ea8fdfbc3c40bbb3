#include "scheduler/cli/progress_view.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::cli {
namespace {

using text::human_bytes;
using text::human_count;

/// What is expected comes from the server's statistics.
std::string rows_phrase(const city_progress& of)
{
    if (of.expected_rows > of.rows && of.state != "done")
        return fmt::format("{} of about {}", human_count(of.rows), text::counted(of.expected_rows, "row"));
    return of.rows > 0 || of.expected_rows > 0 ? text::counted(of.rows, "row") : std::string();
}

std::string speed_phrase(const rate_meter& rate, std::int64_t bytes, std::int64_t expected)
{
    if (rate.bytes_per_second() <= 0) return {};
    auto out = fmt::format("{}/s", human_bytes(static_cast<std::int64_t>(rate.bytes_per_second())));
    if (const auto left = rate.time_left(bytes, expected))
        out += fmt::format(", {} left", text::human_duration(*left));
    return out;
}

tone tone_of(const std::string& state)
{
    if (state == "done") return tone::good;
    return state == "failed" ? tone::bad : tone::plain;
}

std::string change_line(const city_progress& city)
{
    auto line = city.slug + ": ";
    if (city.state != "running") {
        line += city.state;
        if (const auto rows = rows_phrase(city); city.state == "done" && !rows.empty()) line += ", " + rows;
        if (city.state == "failed" && !city.error.empty()) line += ": " + printable(city.error);
        return text::replace_all(line, "\n", " ");
    }
    line += fmt::format("{} (job {} of {}", city.phase, std::min(city.jobs_done + 1, city.jobs_total),
                        city.jobs_total);
    if (const auto rows = rows_phrase(city); city.moves_rows() && !rows.empty()) line += ", " + rows;
    return line + ")";
}

} // namespace

std::string summary_line(const rollout_progress& now)
{
    const auto all = now.sum();
    auto line = fmt::format("rollout {}: {} of {} cities done", now.id, human_count(now.cities_in("done")),
                            human_count(static_cast<std::int64_t>(now.cities.size())));
    if (const auto n = now.cities_in("running")) line += fmt::format(", {} running", human_count(n));
    if (const auto n = now.cities_in("failed")) line += fmt::format(", {} failed", human_count(n));
    if (now.waves > 1) line += fmt::format(", wave {} of {}", now.wave, now.waves);
    if (now.state == "paused") line += ", paused";
    if (const auto rows = rows_phrase(all); !rows.empty()) line += ", " + rows;
    return line + ", " + human_bytes(all.bytes);
}

std::string progress_frame::city_line(const city_progress& city, const rate_meter& rate) const
{
    auto line =
        fmt::format("{} {:<15} {:>4}/{:<4}",
                    city.slug + std::string(24 - std::min<std::size_t>(24, text::width(city.slug)), ' '),
                    city.phase, city.jobs_done, city.jobs_total);
    if (const auto rows = rows_phrase(city); !rows.empty()) line += "  " + rows;
    if (city.moves_rows())
        if (const auto speed = speed_phrase(rate, city.bytes, city.expected_bytes); !speed.empty())
            line += "  " + speed;
    return shorten(line, columns_);
}

std::vector<std::string> progress_frame::lines(const rollout_progress& now, steady::time_point when)
{
    std::vector<const city_progress*> active;
    for (const auto& city : now.cities) {
        if (!city.active()) {
            rates_.erase(city.slug);
            continue;
        }
        rates_[city.slug].add(when, city.bytes);
        active.push_back(&city);
    }
    const auto all = now.sum();
    all_.add(when, all.bytes);

    // One line for the summary, one for "and n more", one below the frame for the cursor.
    const std::size_t room = rows_ > 3 ? rows_ - 3 : 0;
    std::vector<std::string> out;
    for (const auto* city : active) {
        if (out.size() == room) break;
        out.push_back(city_line(*city, rates_[city->slug]));
    }
    if (active.size() > out.size() && room > 0)
        out.push_back(shorten(fmt::format("and {} more", active.size() - out.size()), columns_));
    auto summary = summary_line(now);
    if (const auto speed = speed_phrase(all_, all.bytes, all.expected_bytes); !speed.empty())
        summary += ", " + speed;
    const auto how = now.jobs_dead > 0 ? tone::bad : tone_of(now.state);
    out.push_back(colour_(how == tone::plain ? tone::strong : how, shorten(summary, columns_)));
    return out;
}

std::vector<std::string> progress_lines::changes(const rollout_progress& now, steady::time_point when)
{
    std::vector<std::string> out;
    all_.add(when, now.sum().bytes);
    for (const auto& city : now.cities) {
        auto state = city.state == "running" ? city.state + " " + city.phase : city.state;
        auto& last = seen_[city.slug];
        if (last == state) continue;
        const bool first_look = last.empty() && city.state == "waiting";
        last = std::move(state);
        if (!first_look) out.push_back(change_line(city));
    }
    if (said_ == steady::time_point{}) said_ = when;
    if (out.empty() && when - said_ >= repeat_) {
        auto line = summary_line(now);
        const auto all = now.sum();
        if (const auto speed = speed_phrase(all_, all.bytes, all.expected_bytes); !speed.empty())
            line += ", " + speed;
        out.push_back(std::move(line));
    }
    if (!out.empty()) said_ = when;
    return out;
}

} // namespace tropeiro::scheduler::cli

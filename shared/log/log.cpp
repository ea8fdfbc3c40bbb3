#include "shared/log/log.hpp"

#include "shared/base/clock.hpp"
#include "shared/log/render.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <atomic>

namespace tropeiro::log {
namespace {

spdlog::level::level_enum native(level at)
{
    switch (at) {
    case level::trace:
        return spdlog::level::trace;
    case level::debug:
        return spdlog::level::debug;
    case level::info:
        return spdlog::level::info;
    case level::warn:
        return spdlog::level::warn;
    case level::error:
        return spdlog::level::err;
    case level::off:
        break;
    }
    return spdlog::level::off;
}

std::shared_ptr<spdlog::logger> make(const options& how)
{
    spdlog::sink_ptr sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    if (how.to != nullptr) sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(*how.to, true);
    auto made = std::make_shared<spdlog::logger>("tropeiro", std::move(sink));
    made->set_level(native(how.at_least));
    made->flush_on(spdlog::level::trace);
    // A JSON line is whole already; a text line gets its moment (UTC, as in JSON) and its level in colour.
    const auto* pattern = how.as == style::json ? "%v" : "%Y-%m-%dT%H:%M:%S.%eZ %^%7l%$ %v";
    made->set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
    return made;
}

struct process_log {
    options how;
    std::shared_ptr<spdlog::logger> out = make(options{});
    std::atomic<style> as = style::text;
};

process_log& current()
{
    static process_log log;
    return log;
}

void emit(level at, std::string_view message, std::span<const field_view> with)
{
    auto& log = current();
    const auto line =
        log.as == style::json ? render_json(now_rfc3339(), at, message, with) : render_text(message, with);
    log.out->log(native(at), spdlog::string_view_t(line.data(), line.size()));
}

void append(std::vector<field_view>& views, fields with)
{
    for (const auto& f : with)
        views.push_back(field_view{f.key, &f.content});
}

} // namespace

void setup(const options& how)
{
    current().how = how;
    current().out = make(how);
    current().as = how.as;
}

options in_use() { return current().how; }

bool enabled(level at) { return current().out->should_log(native(at)); }

void write(level at, std::string_view message, fields with)
{
    if (!enabled(at)) return;
    std::vector<field_view> views;
    append(views, with);
    emit(at, message, views);
}

logger::logger(fields bound) : logger(logger().with(bound)) {}

logger logger::with(fields more) const
{
    auto all = bound_ ? *bound_ : std::vector<bound_field>{};
    for (const auto& f : more)
        all.push_back(bound_field{std::string(f.key), f.content});
    logger made;
    made.bound_ = std::make_shared<const std::vector<bound_field>>(std::move(all));
    return made;
}

void logger::write(level at, std::string_view message, fields with) const
{
    if (!enabled(at)) return;
    std::vector<field_view> views;
    if (bound_)
        for (const auto& f : *bound_)
            views.push_back(field_view{f.key, &f.content});
    append(views, with);
    emit(at, message, views);
}

} // namespace tropeiro::log

#include "scheduler/cli/output.hpp"

#include <fmt/format.h>

#include <ostream>

namespace tropeiro::scheduler::cli {

output::output(std::ostream& data, std::ostream& messages, style how)
    : data_(data), messages_(messages), how_(how)
{
}

void output::data(std::string_view text)
{
    clear_frame();
    if (!how_.json) data_ << text << std::flush;
}

void output::answer(const json::value& value)
{
    clear_frame();
    if (how_.json) data_ << json::serialize(value) << std::endl;
}

void output::say(std::string_view line)
{
    if (how_.quiet) return;
    clear_frame();
    messages_ << printable(line) << std::endl;
}

void output::warn(std::string_view line)
{
    clear_frame();
    messages_ << printable(line) << std::endl;
}

void output::fail(const error& e)
{
    clear_frame();
    const paint colour(how_.where.colours);
    messages_ << colour(tone::bad, "error:") << ' ' << printable(e.message) << '\n';
    if (!e.hint.empty()) messages_ << colour(tone::faint, "hint:") << ' ' << printable(e.hint) << '\n';
    messages_ << std::flush;
    if (!how_.json) return;
    json::object body;
    body["kind"] = to_string(e.kind);
    body["message"] = e.message;
    body["hint"] = e.hint;
    json::object whole;
    whole["error"] = std::move(body);
    answer(whole);
}

void output::frame(std::string_view lines, std::size_t count)
{
    clear_frame();
    messages_ << lines << std::flush;
    frame_lines_ = count;
}

void output::clear_frame()
{
    if (frame_lines_ == 0) return;
    messages_ << fmt::format("\x1b[{}A\r\x1b[J", frame_lines_) << std::flush;
    frame_lines_ = 0;
}

} // namespace tropeiro::scheduler::cli

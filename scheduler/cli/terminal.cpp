#include "scheduler/cli/terminal.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <sys/ioctl.h>
#include <unistd.h>

namespace tropeiro::scheduler::cli {
namespace {

std::string_view code_of(tone how)
{
    switch (how) {
    case tone::plain:
        return "";
    case tone::strong:
        return "1";
    case tone::faint:
        return "2";
    case tone::good:
        return "32";
    case tone::warning:
        return "33";
    case tone::bad:
        return "31";
    }
    return "";
}

} // namespace

terminal inspect_terminal(const config::environment& variables)
{
    terminal t;
    t.in = ::isatty(STDIN_FILENO) == 1;
    t.out = ::isatty(STDOUT_FILENO) == 1;
    const auto dumb = variables.get("TERM").value_or("") == "dumb";
    t.err = ::isatty(STDERR_FILENO) == 1 && !dumb;
    t.colours = t.out && t.err && !variables.get("NO_COLOR");
    winsize size{};
    if (t.err && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        t.columns = size.ws_col;
        t.rows = size.ws_row;
    }
    return t;
}

std::string paint::operator()(tone how, std::string_view text) const
{
    if (!on_ || how == tone::plain) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", code_of(how), text);
}

std::string printable(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool control = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
        out.push_back(control ? '?' : c);
    }
    return out;
}

std::string shorten(std::string_view text, std::size_t columns)
{
    if (text::width(text) <= columns) return std::string(text);
    if (columns == 0) return {};
    std::size_t seen = 0;
    std::size_t end = 0;
    for (; end < text.size(); ++end) {
        const bool starts = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
        if (starts && seen++ == columns - 1) break;
    }
    return std::string(text.substr(0, end)) + "…";
}

} // namespace tropeiro::scheduler::cli

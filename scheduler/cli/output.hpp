// Where everything that a person sees goes through: data to stdout, messages to stderr, a progress frame that
// messages do not tear. Lives on main's thread.
#pragma once

#include "scheduler/cli/json_view.hpp"
#include "scheduler/cli/terminal.hpp"
#include "shared/base/error.hpp"

#include <iosfwd>
#include <string>
#include <string_view>

namespace tropeiro::scheduler::cli {

class output {
  public:
    struct style {
        terminal where;
        bool json = false;
        bool quiet = false;
    };
    output(std::ostream& data, std::ostream& messages, style how);

    bool json() const { return how_.json; }
    bool quiet() const { return how_.quiet; }
    const terminal& where() const { return how_.where; }

    /// For what goes to stdout.
    paint colour() const { return paint(how_.where.colours && !how_.json); }

    /// Text for stdout, as it stands. Not in JSON mode, where the only thing there is the answer.
    void data(std::string_view text);

    /// The answer in JSON mode, one line.
    void answer(const json::value& value);

    /// A line to stderr, not when quiet.
    void say(std::string_view line);

    /// A line to stderr that is not left out.
    void warn(std::string_view line);

    /// "error: ...\nhint: ..." to stderr; in JSON mode also {"error":{...}} as the answer.
    void fail(const error& e);

    /// Shows this frame instead of the last one; empty text takes it away.
    void frame(std::string_view lines, std::size_t count);

  private:
    void clear_frame();

    std::ostream& data_;
    std::ostream& messages_;
    style how_;
    std::size_t frame_lines_ = 0;
};

} // namespace tropeiro::scheduler::cli

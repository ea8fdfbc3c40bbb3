// What the program writes to: whether each stream is a terminal, how large it is, and whether to colour.
// A value, looked up once when the program starts.
#pragma once

#include "shared/config/environment.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace tropeiro::scheduler::cli {

struct terminal {
    bool in = false;  // stdin is a terminal: questions may be asked
    bool out = false; // stdout is one
    bool err = false; // stderr is one: progress is redrawn in place
    bool colours = false;
    std::size_t columns = 80;
    std::size_t rows = 24;
};

/// What stdin, stdout and stderr are. Colours need both outputs to be terminals, no NO_COLOR
/// (https://no-color.org) and another TERM than `dumb`.
terminal inspect_terminal(const config::environment& variables);

enum class tone { plain, strong, faint, good, warning, bad };

/// Wraps text in the terminal's colour codes, or leaves it alone.
class paint {
  public:
    explicit paint(bool on = false) : on_(on) {}
    std::string operator()(tone how, std::string_view text) const;

  private:
    bool on_;
};

/// The text without control characters other than newline and tab: what a server sent must not steer the
/// reader's terminal.
std::string printable(std::string_view text);

/// At most `columns` code points; what is cut ends in "…".
std::string shorten(std::string_view text, std::size_t columns);

} // namespace tropeiro::scheduler::cli

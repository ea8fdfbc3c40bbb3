// A table for people: a heading, columns as wide as their widest cell, numbers to the right. Width counts
// code points, so that "São José" lines up. Pure.
#pragma once

#include "scheduler/cli/terminal.hpp"

#include <string>
#include <vector>

namespace tropeiro::scheduler::cli {

struct cell {
    std::string text;
    tone how = tone::plain;

    cell(std::string t, tone h = tone::plain) : text(std::move(t)), how(h) {}
    cell(const char* t, tone h = tone::plain) : text(t), how(h) {}
};

class text_table {
  public:
    /// A title that begins with '>' makes a column of numbers, aligned to the right: {"city", ">rows"}.
    explicit text_table(const std::vector<std::string>& titles);

    /// Missing cells are empty. Control characters are replaced, newlines become blanks.
    void add(std::vector<cell> row);

    bool empty() const { return rows_.empty(); }

    /// Every line with its newline, none with blanks at its end.
    std::string render(const paint& colour, std::string_view indent = "") const;

  private:
    struct column {
        std::string title;
        bool right = false;
        std::size_t width = 0;
    };
    std::string line(const std::vector<cell>& cells, const paint& colour, std::string_view indent) const;

    std::vector<column> columns_;
    std::vector<std::vector<cell>> rows_;
};

} // namespace tropeiro::scheduler::cli

#include "scheduler/cli/text_table.hpp"

#include "shared/base/text.hpp"

#include <algorithm>

namespace tropeiro::scheduler::cli {

text_table::text_table(const std::vector<std::string>& titles)
{
    for (const auto& title : titles) {
        column c;
        c.right = !title.empty() && title.front() == '>';
        c.title = c.right ? title.substr(1) : title;
        c.width = text::width(c.title);
        columns_.push_back(std::move(c));
    }
}

void text_table::add(std::vector<cell> row)
{
    row.resize(columns_.size(), cell(""));
    for (std::size_t i = 0; i < row.size(); ++i) {
        auto& text = row[i].text;
        text = printable(text);
        std::replace(text.begin(), text.end(), '\n', ' ');
        columns_[i].width = std::max(columns_[i].width, text::width(text));
    }
    rows_.push_back(std::move(row));
}

std::string text_table::line(const std::vector<cell>& cells, const paint& colour,
                             std::string_view indent) const
{
    std::string out(indent);
    std::string pending; // blanks that are written only when something follows them
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto& c = cells[i];
        const std::string fill(columns_[i].width - text::width(c.text), ' ');
        if (columns_[i].right) pending += fill;
        if (!c.text.empty()) {
            out += pending + colour(c.how, c.text);
            pending.clear();
        }
        if (!columns_[i].right) pending += fill;
        pending += "  ";
    }
    return out + "\n";
}

std::string text_table::render(const paint& colour, std::string_view indent) const
{
    std::vector<cell> heading;
    for (const auto& c : columns_)
        heading.emplace_back(c.title, tone::strong);
    auto out = line(heading, colour, indent);
    for (const auto& row : rows_)
        out += line(row, colour, indent);
    return out;
}

} // namespace tropeiro::scheduler::cli

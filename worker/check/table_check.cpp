#include "worker/check/table_check.hpp"

#include "shared/base/text.hpp"

namespace tropeiro::worker::check {
namespace {

constexpr std::size_t most_examples = 20;

} // namespace

std::string_view to_string(difference_kind kind)
{
    switch (kind) {
    case difference_kind::missing:
        return "missing";
    case difference_kind::differing:
        return "differing";
    case difference_kind::doubled:
        return "doubled";
    case difference_kind::extra:
        break;
    }
    return "extra";
}

std::string_view to_string(table_check::verdict_t verdict)
{
    switch (verdict) {
    case table_check::verdict_t::same:
        return "same";
    case table_check::verdict_t::differs:
        return "differs";
    case table_check::verdict_t::repaired:
        return "repaired";
    case table_check::verdict_t::unknown:
        break;
    }
    return "unknown";
}

void table_check::add(row_difference difference)
{
    auto& count = difference.kind == difference_kind::missing     ? missing
                  : difference.kind == difference_kind::differing ? differing
                  : difference.kind == difference_kind::doubled   ? doubled
                                                                  : extra;
    count += difference.rows;
    if (examples.size() < most_examples) examples.push_back(std::move(difference));
}

void table_check::note_quarantined(std::int64_t rows)
{
    if (rows == 0) return;
    if (!note.empty()) note += "; ";
    note += text::counted(rows, "row was refused and stands", "rows were refused and stand") +
            " in tropeiro.quarantined_row of that database";
}

} // namespace tropeiro::worker::check

// What a check found in one table of a tenant. A plain value; stands in tropeiro.data_check, shown by `tropeiro data
// verify`.
#pragma once

#include "shared/model/table_name.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::worker::check {

/// How a row differs.
enum class difference_kind {
    missing,   // only the source has it
    differing, // both have its key, with another content
    doubled,   // the target has it more often than the source
    extra,     // only the target has it
};

std::string_view to_string(difference_kind kind);

/// A row, or several that are alike.
struct row_difference {
    difference_kind kind{};
    std::string key;   // what tells rows apart: the key's columns as a record's text, else a hash of the row
    std::string shown; // for people: "(id) = (42)"
    std::int64_t rows = 1; // that are too few, too many or different
};

struct table_check {
    enum class verdict_t { same, differs, repaired, unknown };

    model::table_name table;
    bool by_source = false; // against the source; else against the receipt
    verdict_t verdict = verdict_t::unknown;
    std::int64_t expected = 0; // rows, by the receipt or in the source
    std::int64_t found = 0;    // rows in the target
    std::int64_t missing = 0;
    std::int64_t differing = 0;
    std::int64_t doubled = 0;
    std::int64_t extra = 0;
    std::int64_t repaired = 0;
    std::vector<row_difference> examples; // the first ones
    std::string note;                     // what there is to know beside the figures

    std::int64_t differences() const { return missing + differing + doubled + extra; }

    /// Counts it, and keeps it as an example while there are few.
    void add(row_difference difference);

    /// Says in the note how many rows the target had refused, when it had.
    void note_quarantined(std::int64_t rows);
};

std::string_view to_string(table_check::verdict_t verdict);

} // namespace tropeiro::worker::check

// One row of the source, decoded for people: its key and its content.
#pragma once

#include "shared/model/job.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rows/row_slicer.hpp"

#include <string>

namespace tropeiro::worker::copy {

struct source_row {
    std::string key;      // JSON object: the primary key, or {"ctid": ...} where the table has none
    std::string key_text; // "id = 2500", values cut after 200 characters
    std::string content;  // JSON object of the copied columns; values larger than a megabyte are cut
};

/// The item's row at this place, in the snapshot in which `source` stands. Throws `failure` when there is none.
task<source_row> read_source_row(pg::connection& source, const model::copy_item& item, rows::row_place place);

} // namespace tropeiro::worker::copy

// Steps over a row that the target refuses: the row goes to tropeiro.quarantined_row in the tenant's database, in
// the transaction of the checkpoint behind it, fenced as a batch is. So each such row is there once, whatever
// dies.
#pragma once

#include "shared/rows/row_slicer.hpp"
#include "worker/copy/ledger.hpp"
#include "worker/copy/source_row.hpp"

#include <cstdint>
#include <string>

namespace tropeiro::worker::copy {

struct bad_row {
    rows::row_place place;
    std::string after; // the part's checkpoint, which the row comes behind; empty: none yet
    source_row row;
    std::string sqlstate;
    std::string reason;
};

/// One transaction. False, and nothing was done: the checkpoint is not where it was, or a newer claim has the part; acquire()
/// tells which. Throws failure(refused) when the table has `most` of them already: then the table is to blame, no row.
/// Parts of several that are copied at once may each be let in one more.
task<bool> set_aside(pg::connection& target, const model::copy_item& item, const claim& who,
                     const bad_row& bad, std::int64_t most);

} // namespace tropeiro::worker::copy

// The ledger in the target database: how far each part of each table has come, and who may write. Everything
// here runs on a connection to the tenant's database; see shared/tenancy/sql/target_base.sql for the tables.
//
// A part is acquired once by the job that copies it. Acquiring raises the fence, and every checkpoint demands
// that the fence, rollout and epoch are still the job's own, in the transaction of the rows: a worker that slept through its
// lease can prepare a batch but never commit one.
#pragma once

#include "shared/crypto/row_receipt.hpp"
#include "shared/model/job.hpp"
#include "shared/pg/connection.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tropeiro::worker::copy {

/// When commits reach the disk: that of a claim and of a part's end by themselves, or all together by flush_commits(). The
/// latter holds on one connection alone, which a crash of the server ends. Rows and checkpoint are lost together: nothing
/// needs to be on the disk until something is reported as done.
enum class durability { each_part, whole_job };

/// In whose name a job writes, which moment of the source its rows show, and when they are safe.
struct claim {
    model::rollout_id rollout;
    std::int32_t epoch = 0; // snapshot epoch of the rollout
    std::int64_t fence = 0; // ratified claim number of the job
    durability reach_disk = durability::each_part;
};

struct part_state {
    std::string position; // "(block,offset)" of the last row that is here; empty: none
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    crypto::row_receipt receipt;
    std::int64_t quarantined = 0; // rows that were stepped over: not in rows, bytes and receipt
    bool done = false;
    bool merged = false; // the table held rows before: batches go through a staging table
};

/// A newer claim or a newer snapshot epoch owns the part: this job must stop and touch nothing.
class fenced_off : public failure {
  public:
    explicit fenced_off(std::string what)
        : failure(error_kind::conflict, std::move(what),
                  "another worker has taken the job over; nothing is lost")
    {
    }
};

/*
   table_ledger row             the table holds rows   what happens
   none                         no                     row is made, the part starts
   none, or of an older         yes                    refuse: failure(refused) / truncate: emptied /
   rollout that finished it                            merge: kept, which takes a unique index
   older, unfinished            -                      its rows are another moment's: emptied (those of a merge
                                                       are kept), every part starts again
   this rollout and epoch       -                      the part goes on at its position
   a newer epoch                -                      snapshot_lost: the job takes the newer snapshot
   a newer rollout              -                      failure(conflict)
*/
/// One transaction. Throws fenced_off when a newer claim owns the part.
task<part_state> acquire(pg::connection& target, const model::copy_item& item, const claim& who,
                         model::existing_rows on_existing);

/// To be the last statement before COMMIT of a batch. Throws fenced_off when the fence is not ours any more;
/// the caller rolls back.
task<> checkpoint(pg::connection& target, const model::copy_item& item, const claim& who,
                  const part_state& state);

/// All parts of a table together: rows and receipts added up; `done` when every part is.
struct filled_table {
    part_state state;
    model::rollout_id rollout; // that filled it
    std::int32_t epoch = 0;    // of its snapshots
};

/// Those of the tables that a rollout filled, or is filling.
task<std::map<model::table_name, filled_table>> filled_tables(pg::connection& target,
                                                              std::vector<model::table_name> tables);

/// After it, what this connection has committed is as safe as any commit of the server. `last`: the item whose part ended
/// last, done under this claim; throws fenced_off when it is not any more.
task<> flush_commits(pg::connection& target, const model::copy_item& last, claim who);

/// One of them; empty when no rollout filled it.
task<part_state> table_state(pg::connection& target, const model::table_name& table);

} // namespace tropeiro::worker::copy

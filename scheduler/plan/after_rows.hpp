// Cuts what comes after a tenant's rows into jobs. Pure.
//
//   copies -> indexes ... -> foreign_keys -> their validations ... -> finish_schema -> publish
//                        `-> verify ...............................--'                 |
//                        `-> sequences -----------------------------------------------'
//
// A large table's indexes are made side by side and its foreign keys are validated beside other tables'; reading back fills
// what is free meanwhile. It comes after the indexes because keys that take theirs lock whole tables; and after
// finish_schema where tables were in use before. For a small tenant all but verify and publish is one job, and verify
// comes after it.
#pragma once

#include "scheduler/plan/tenant_jobs.hpp"
#include "scheduler/plan/tenant_work.hpp"

#include <cstdint>
#include <vector>

namespace tropeiro::scheduler::plan {

/// Tables whose rows the same jobs bring.
struct copied_tables {
    std::vector<const table_copy*> tables;
    job_indices jobs;
};

struct after_rows_question {
    const tenant_work& work;
    std::vector<copied_tables> copied; // every table of the work that gets rows now
    job_indices base;                  // what a table waits for that gets none
    std::int64_t finish_script = 0;    // index into plan::scripts; 0: none
    std::int64_t small_table_bytes = 0;
    bool schema_is_whole = false; // indexes and keys stand already
};

void add_after_rows(tenant_jobs& to, const after_rows_question& question);

} // namespace tropeiro::scheduler::plan

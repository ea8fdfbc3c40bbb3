// The source's schema as pg_dump sees it, within a rollout's snapshot: dumped once, listed once, and turned
// into a script for each set of entries that is asked for, once a set. Lives as long as a planning; keeps the
// archive in a private folder under the temporary one, which goes with it.
#pragma once

#include "scheduler/plan/archive_closure.hpp"
#include "shared/base/scratch_folder.hpp"
#include "shared/pg/dsn.hpp"
#include "shared/rt/asio.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tropeiro::scheduler::plan {

enum class script_section { pre_data, post_data };

class schema_archive {
  public:
    /// `unreadable`: tables that the user may not lock, and which no wanted one needs. Throws failure with
    /// what pg_dump said.
    static task<schema_archive> dump(pg::dsn source, std::string snapshot,
                                     std::vector<model::table_name> unreadable);

    const std::vector<toc_entry>& entries() const { return entries_; }

    /// The clean script that makes these entries, ids in the archive's order; empty when the section has
    /// none.
    task<std::string> script(std::vector<int> ids, script_section section);

    /// Programs started so far: the dump, the listing, and a pg_restore for each set and section.
    std::size_t programs_run() const { return 2 + scripts_.size(); }

  private:
    explicit schema_archive(scratch_folder folder) : folder_(std::move(folder)) {}

    scratch_folder folder_;
    std::vector<toc_entry> entries_;
    std::map<std::pair<script_section, std::vector<int>>, std::string> scripts_;
};

} // namespace tropeiro::scheduler::plan

// Settings under which the catalogs are read. Internal to this folder.
//
// With an empty search path every name inside a definition comes out qualified. Without JIT, because the
// planner takes these queries for large ones and would compile for longer than they run.
#pragma once

#include "shared/pg/connection.hpp"

#include <string>

namespace tropeiro::pg {

struct catalog_session {
    std::string search_path; // as they were
    std::string jit;
};

inline task<catalog_session> begin_reading(connection& c)
{
    const rows before =
        co_await c.query("SELECT current_setting('search_path'), current_setting('jit'),"
                         " set_config('search_path', '', false), set_config('jit', 'off', false)");
    catalog_session found{before.one().get<std::string>(0), before.one().get<std::string>(1)};
    co_return found;
}

inline task<> end_reading(connection& c, catalog_session before)
{
    co_await c.query("SELECT set_config('search_path', $1, false), set_config('jit', $2, false)",
                     before.search_path, before.jit);
}

} // namespace tropeiro::pg

// Tables of the source whose rows are told apart, as describe_tables() makes them.
#pragma once

#include "scheduler/plan/source_facts.hpp"

#include <string>

namespace tropeiro::scheduler::plan {

inline source_table with_column(const std::string& name)
{
    source_table t;
    t.selected = {"school", 7, {"public", name}, {}};
    t.table.id = 7;
    t.table.name = t.selected.name;
    t.rows.copied = true;
    t.rows.filter.kind = model::row_filter::kind_t::equals;
    t.rows.filter.column = "city_id";
    return t;
}

inline source_table with_path(const std::string& name)
{
    auto t = with_column(name);
    t.rows.filter.path = {{{"public", "students"}, {"student_id"}, {"id"}, false}};
    return t;
}

} // namespace tropeiro::scheduler::plan

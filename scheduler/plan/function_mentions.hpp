// Names in the body of a function. PostgreSQL keeps bodies in PL/pgSQL and in quoted SQL as text and records
// no dependencies for them, so what such a function uses is found by looking for names. Pure, and a guess: it
// takes a name in a comment for a use, which costs one object too many and never one too few.
#pragma once

#include "shared/model/table_name.hpp"

#include <string_view>
#include <vector>

namespace tropeiro::scheduler::plan {

/// A name in a body: where it stands decides what it can mean.
struct mentioned_name {
    model::table_name name; // schema empty when it stands alone
    bool called = false;    // a parenthesis follows
    bool as_table = false;  // FROM, JOIN, INTO, UPDATE or TABLE goes before
    bool as_type = false;   // :: goes before, or it is qualified
};

std::vector<mentioned_name> mentioned_names(std::string_view body);

} // namespace tropeiro::scheduler::plan

// The table of contents of a pg_dump archive, as `pg_restore -l -v` prints it. Pure.
//
// An entry's line is "215; 1259 16393 TABLE public schools postgres": dump id; class oid and object oid in
// the dumped database, type, schema, name, owner, with nothing to tell where a name with spaces ends. So
// objects are known by class and oid, and their names are asked from the catalogs; the words after the type
// are for messages only. A line
// ";	depends on: 5 862" may follow.
#pragma once

#include "shared/pg/catalog_types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::scheduler::plan {

struct toc_entry {
    int id = 0;
    pg::object_key object;       // {0, 0} for what is no object: comments, grants
    std::string type;            // "TABLE", "FK CONSTRAINT", ...
    std::string words;           // what follows the type: schema, name, owner
    std::string line;            // as it goes into a list for pg_restore
    std::vector<int> depends_on; // ids; also of entries that were not dumped

    bool is(std::string_view name) const { return type == name; }
};

/// The entries in the archive's order. Throws failure for a listing that is none.
std::vector<toc_entry> parse_toc(std::string_view listing);

} // namespace tropeiro::scheduler::plan

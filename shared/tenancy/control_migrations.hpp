// Which migrations of the control schema are still to be applied. Pure.
#pragma once

#include "shared/base/error.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::tenancy {

/// A migration that is part of this program.
struct control_migration {
    int version = 0;
    std::string_view name;
    std::string_view body;
    std::string checksum; // SHA-256 of the body, hexadecimal; filled in by whoever compares
};

/// A migration that the database says it has.
struct applied_migration {
    int version = 0;
    std::string name;
    std::string checksum;
};

/// Every migration of this program, oldest first, without checksums: the files NN_name.sql in sql/, numbered from 1
/// without gaps. A released one is never edited; what changes the schema is the next number.
std::vector<control_migration> control_migrations();

/// Those of `known` that `applied` lacks, oldest first. error(conflict) when an applied one has another text
/// (drift), when a version is unknown to the program (a newer program was here), or when one was left out.
result<std::vector<control_migration>> pending_migrations(std::span<const control_migration> known,
                                                          std::span<const applied_migration> applied);

} // namespace tropeiro::tenancy

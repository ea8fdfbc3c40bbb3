// Which rows of a source table belong to the tenant that a copy is for.
#pragma once

#include <string>

namespace tropeiro::model {

struct row_filter {
    enum class kind_t {
        all,    // every row
        legacy, // WHERE column IS NULL
        equals, // WHERE column = value
    };
    kind_t kind = kind_t::all;
    std::string column; // unquoted
    std::string value;  // as text; PostgreSQL reads it as the column's type

    friend bool operator==(const row_filter&, const row_filter&) = default;
};

} // namespace tropeiro::model

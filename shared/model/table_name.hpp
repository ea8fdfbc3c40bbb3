// A table's qualified name, unquoted. Text form is PostgreSQL's: quoted where SQL needs quotes.
#pragma once

#include "shared/base/error.hpp"

#include <compare>
#include <string>
#include <string_view>

namespace tropeiro::model {

struct table_name {
    std::string schema;
    std::string name;

    friend auto operator<=>(const table_name&, const table_name&) = default;
    friend bool operator==(const table_name&, const table_name&) = default;
};

/// `schools`, `public.schools`, `"Odd schema"."Tábua"`; without a schema it is `public`. Unquoted parts are
/// folded to lower case, as SQL does.
result<table_name> parse_table_name(std::string_view text);

/// The name for people and for configuration: `schools` when the schema is public, else `schema.name`;
/// parts are quoted where needed, so that parse_table_name() gives it back.
std::string to_string(const table_name& table);

} // namespace tropeiro::model

// The only way by which a name or a value becomes part of SQL text. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tropeiro::model {
struct table_name;
}

namespace tropeiro::pg {

/// Always quoted: my"table -> "my""table". Throws `failure` for a NUL byte.
std::string quote_ident(std::string_view name);

/// 'it''s'; E'...' where a backslash stands in it, so that standard_conforming_strings does not matter.
std::string quote_literal(std::string_view value);

/// "schema"."name"; only the name when the schema is empty.
std::string qualified(std::string_view schema, std::string_view name);
std::string qualified(const model::table_name& table);

/// "a", "b": a list of columns.
std::string quote_list(std::span<const std::string> names);

} // namespace tropeiro::pg

#include "shared/pg/quote.hpp"

#include "shared/base/error.hpp"
#include "shared/base/text.hpp"
#include "shared/model/table_name.hpp"

namespace tropeiro::pg {
namespace {

void refuse_nul(std::string_view text)
{
    if (text.find('\0') != std::string_view::npos)
        throw failure(error_kind::failed,
                      "a name or value for SQL holds a NUL byte, which PostgreSQL cannot store");
}

} // namespace

std::string quote_ident(std::string_view name)
{
    refuse_nul(name);
    return '"' + text::replace_all(std::string(name), "\"", "\"\"") + '"';
}

std::string quote_literal(std::string_view value)
{
    refuse_nul(value);
    auto quoted = text::replace_all(std::string(value), "'", "''");
    if (value.find('\\') == std::string_view::npos) return "'" + quoted + "'";
    return "E'" + text::replace_all(std::move(quoted), "\\", "\\\\") + "'";
}

std::string qualified(std::string_view schema, std::string_view name)
{
    if (schema.empty()) return quote_ident(name);
    return quote_ident(schema) + "." + quote_ident(name);
}

std::string qualified(const model::table_name& table) { return qualified(table.schema, table.name); }

std::string quote_list(std::span<const std::string> names)
{
    std::string list;
    for (const auto& name : names) {
        if (!list.empty()) list += ", ";
        list += quote_ident(name);
    }
    return list;
}

} // namespace tropeiro::pg

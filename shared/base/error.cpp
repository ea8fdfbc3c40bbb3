#include "shared/base/error.hpp"

#include <array>
#include <utility>

namespace tropeiro {
namespace {

struct kind_row {
    error_kind kind;
    int code;
    std::string_view name;
};

constexpr std::array kinds{
    kind_row{error_kind::failed, 1, "failed"},          kind_row{error_kind::usage, 2, "usage"},
    kind_row{error_kind::partial, 3, "partial"},        kind_row{error_kind::not_found, 4, "not_found"},
    kind_row{error_kind::conflict, 5, "conflict"},      kind_row{error_kind::refused, 6, "refused"},
    kind_row{error_kind::unreachable, 69, "unreachable"}, kind_row{error_kind::interrupted, 130, "interrupted"},
};

const kind_row& row_of(error_kind kind)
{
    for (const auto& row : kinds)
        if (row.kind == kind) return row;
    return kinds.front();
}

} // namespace

int exit_code(error_kind kind) { return row_of(kind).code; }

std::string_view to_string(error_kind kind) { return row_of(kind).name; }

error_kind error_kind_from(std::string_view name)
{
    for (const auto& row : kinds)
        if (row.name == name) return row.kind;
    return error_kind::failed;
}

void throw_exception_from_error(const error& e, const boost::source_location&) { throw failure(e); }

} // namespace tropeiro

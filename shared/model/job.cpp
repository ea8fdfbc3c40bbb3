#include "shared/model/job.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace tropeiro::model {
namespace {

constexpr std::array<std::pair<job_kind, std::string_view>, 12> kinds{{
    {job_kind::create_database, "create_database"},
    {job_kind::restore_schema, "restore_schema"},
    {job_kind::copy, "copy"},
    {job_kind::indexes, "indexes"},
    {job_kind::after_rows, "after_rows"},
    {job_kind::verify, "verify"},
    {job_kind::foreign_keys, "foreign_keys"},
    {job_kind::sequences, "sequences"},
    {job_kind::finish_schema, "finish_schema"},
    {job_kind::publish, "publish"},
    {job_kind::check_receipts, "check_receipts"},
    {job_kind::check_source, "check_source"},
}};

/// As the enumeration has them.
constexpr bool in_order()
{
    for (std::size_t i = 0; i < kinds.size(); ++i)
        if (kinds[i].first != static_cast<job_kind>(i)) return false;
    return true;
}
static_assert(in_order());

constexpr std::array<std::pair<job_state, std::string_view>, 5> states{{
    {job_state::wait, "wait"},
    {job_state::running, "running"},
    {job_state::done, "done"},
    {job_state::dead, "dead"},
    {job_state::cancelled, "cancelled"},
}};

template <class Table, class Key>
std::string_view name_of(const Table& table, Key key)
{
    for (const auto& [value, name] : table)
        if (value == key) return name;
    return "unknown";
}

template <class Table>
auto key_of(const Table& table, std::string_view wanted)
{
    std::optional<typename Table::value_type::first_type> found;
    for (const auto& [value, name] : table)
        if (name == wanted) found = value;
    return found;
}

} // namespace

std::vector<job_kind> job_kinds()
{
    std::vector<job_kind> all;
    for (const auto& [kind, name] : kinds)
        all.push_back(kind);
    return all;
}

std::string_view to_string(job_kind kind) { return name_of(kinds, kind); }
std::string_view to_string(job_state state) { return name_of(states, state); }
std::optional<job_kind> job_kind_from(std::string_view name) { return key_of(kinds, name); }
std::optional<job_state> job_state_from(std::string_view name) { return key_of(states, name); }

} // namespace tropeiro::model

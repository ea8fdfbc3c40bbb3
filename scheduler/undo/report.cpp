#include "scheduler/undo/report.hpp"

#include "shared/base/text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace tropeiro::scheduler::undo {

namespace json = boost::json;

std::vector<undone_thing> report::staying() const
{
    std::vector<undone_thing> list;
    std::ranges::copy_if(things, std::back_inserter(list),
                         [](const auto& one) { return one.outcome == "stays"; });
    return list;
}

json::value to_json(const report& r)
{
    json::array things;
    for (const auto& one : r.things)
        things.push_back(json::object{
            {"kind", one.kind}, {"identity", one.identity}, {"outcome", one.outcome}, {"why", one.why}});
    json::array changed;
    for (const auto& one : r.changed)
        changed.push_back(json::object{{"table", model::to_string(one.table)}, {"what", one.what}});
    json::object out;
    out["city"] = r.city;
    out["database"] = r.database;
    out["database_there"] = r.database_there;
    out["drops_database"] = r.drops_database;
    out["connections"] = r.connections;
    out["things"] = std::move(things);
    out["changed"] = std::move(changed);
    out["discards"] = r.discards;
    out["published"] = r.published;
    out["done"] = r.done;
    out["earlier"] = r.earlier;
    return out;
}

std::optional<changed_table> change_of(const rows_found& rows)
{
    const auto here = text::counted(rows.present, "row");
    if (rows.strange) return changed_table{rows.table, fmt::format("no rollout made it; {}", here)};
    if (rows.brought != rows.present)
        return changed_table{rows.table, fmt::format("{} came, {} there", text::counted(rows.brought, "row"),
                                                     text::counted(rows.present, "is", "are"))};
    if (!rows.same_content) return changed_table{rows.table, fmt::format("{} as brought, but changed", here)};
    return std::nullopt;
}

void refuse_when_changed(const report& r)
{
    if (r.changed.empty()) return;
    std::vector<std::string> lines;
    for (const auto& one : r.changed)
        lines.push_back(fmt::format("- {}: {}", model::to_string(one.table), one.what));
    throw failure(error_kind::refused,
                  fmt::format("{} is not as the rollout left it; nothing was changed\n{}", r.database,
                              text::join(lines, "\n")),
                  "--discard-changes loses what is new there");
}

} // namespace tropeiro::scheduler::undo

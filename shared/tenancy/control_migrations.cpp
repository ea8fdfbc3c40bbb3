#include "shared/tenancy/control_migrations.hpp"

#include "shared/tenancy/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::tenancy {

std::vector<control_migration> control_migrations()
{
    return {
        {1, "control_base", sql::control_base, {}}, {2, "passes", sql::passes, {}},
        {3, "data_checks", sql::data_checks, {}},   {4, "rollout_semantics", sql::rollout_semantics, {}},
        {5, "job_kinds", sql::job_kinds, {}},       {6, "log_moments", sql::log_moments, {}},
    };
}

namespace {

/// Why an applied migration and the program's do not agree; empty when they do.
std::string disagreement(const applied_migration& theirs, std::span<const control_migration> known)
{
    const auto ours = std::ranges::find(known, theirs.version, &control_migration::version);
    if (ours == known.end())
        return fmt::format("the control schema has migration {} \"{}\", which this program does not know",
                           theirs.version, theirs.name);
    if (ours->checksum != theirs.checksum)
        return fmt::format(
            "migration {} \"{}\" of the control schema was applied with another text than this "
            "program's (checksum {}, here {})",
            theirs.version, theirs.name, theirs.checksum.substr(0, 12), ours->checksum.substr(0, 12));
    return {};
}

} // namespace

result<std::vector<control_migration>> pending_migrations(std::span<const control_migration> known,
                                                          std::span<const applied_migration> applied)
{
    int newest = 0;
    for (const auto& one : applied) {
        auto why = disagreement(one, known);
        if (!why.empty())
            return error{error_kind::conflict, std::move(why),
                         "use the version of tropeiro that installed it"};
        newest = std::max(newest, one.version);
    }
    std::vector<control_migration> pending;
    for (const auto& one : known) {
        if (std::ranges::find(applied, one.version, &applied_migration::version) != applied.end()) continue;
        if (one.version < newest)
            return error{error_kind::conflict,
                         fmt::format("the control schema has migration {} but not {} \"{}\"", newest,
                                     one.version, one.name),
                         "a row of tropeiro.control_migration is missing; restore it"};
        pending.push_back(one);
    }
    return pending;
}

} // namespace tropeiro::tenancy

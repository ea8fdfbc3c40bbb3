#include "scheduler/api/planning.hpp"

#include "scheduler/plan/planner.hpp"
#include "shared/base/random.hpp"
#include "shared/base/text.hpp"
#include "shared/tenancy/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tropeiro::scheduler::api {
namespace {

/// What settings say applies; the request's batch size goes before the workspace's.
plan::plan_settings settings_for(const config::workspace& workspace, const plan::plan_request& request)
{
    auto settings = plan::settings_from(workspace);
    if (request.batch_rows) settings.batch_rows = *request.batch_rows;
    return settings;
}

/// The rows without a tenant are one city's, when the workspace says whose.
void refuse_rows_of_another(const plan::plan_request& request, const std::string& legacy_slug)
{
    const bool legacy = request.rows == plan::rows_wanted::legacy;
    if (!legacy || legacy_slug.empty() || request.tenants.front() == legacy_slug) return;
    throw failure(error_kind::refused,
                  fmt::format("the rows without a tenant are {}'s, not {}'s: so says source.legacy_slug",
                              legacy_slug, request.tenants.front()),
                  fmt::format("provision {}, or correct legacy_slug in tropeiro.toml", legacy_slug));
}

/// All of them at once: a list of cities is corrected once.
[[noreturn]] void refuse_unknown(const std::vector<std::string>& unknown,
                                 const std::vector<model::tenant>& known)
{
    std::vector<std::string> slugs;
    for (const auto& tenant : known)
        slugs.push_back(tenant.slug);
    const auto near = text::nearest(unknown.front(), slugs);
    throw failure(error_kind::not_found,
                  fmt::format("{} not found in cities table: {}", unknown.size() == 1 ? "City" : "Cities",
                              text::join(unknown, ", ")),
                  near && unknown.size() == 1
                      ? fmt::format("did you mean {}?", *near)
                      : fmt::format("add it first: tropeiro tenant add {}, or a row in the cities table",
                                    unknown.front()));
}

} // namespace

std::vector<model::tenant> tenants_of(const plan::plan_request& request,
                                      const std::vector<model::tenant>& known, const std::string& legacy_slug)
{
    std::vector<model::tenant> out;
    if (request.tenants == std::vector<std::string>{"all"}) {
        for (const auto& tenant : known)
            if (tenant.active && tenant.slug != legacy_slug) out.push_back(tenant);
        if (out.empty())
            throw failure(error_kind::not_found, "there is no active tenant to roll out",
                          "add one: tropeiro tenant add SLUG, or a row in the cities table");
        return out;
    }
    std::set<std::string> seen;
    std::vector<std::string> unknown;
    for (const auto& slug : request.tenants) {
        if (!seen.insert(slug).second) continue;
        const auto found = std::ranges::find(known, slug, &model::tenant::slug);
        if (found == known.end())
            unknown.push_back(slug);
        else
            out.push_back(*found);
    }
    if (!unknown.empty()) refuse_unknown(unknown, known);
    return out;
}

void refuse_when_blocked(const plan::plan& what)
{
    if (!what.blocked()) return;
    std::vector<std::string> reasons;
    std::vector<std::string> hints;
    for (const auto& finding : what.findings) {
        if (finding.severity != plan::finding::severity_t::blocks) continue;
        auto reason = finding.tenant.empty() ? finding.what : finding.tenant + ": " + finding.what;
        reasons.push_back("- " + std::move(reason));
        if (!finding.hint.empty() && std::find(hints.begin(), hints.end(), finding.hint) == hints.end())
            hints.push_back(finding.hint);
    }
    const auto count = static_cast<std::int64_t>(reasons.size());
    throw failure(error_kind::refused,
                  fmt::format("the rollout would fail; {} to be settled first\n{}",
                              text::counted(count, "thing is", "things are"), text::join(reasons, "\n")),
                  text::join(hints, "\n"));
}

task<planned> plan_for(backend& b, plan::plan_request request)
{
    plan::plan_inputs inputs;
    inputs.source_dsn = b.source_dsn();
    inputs.target_admin = b.target_admin_dsn();
    inputs.settings = settings_for(b.workspace(), request);
    const auto& legacy_slug = b.workspace().source.legacy_slug;
    refuse_rows_of_another(request, legacy_slug);
    {
        auto control = co_await b.control();
        const auto cities = co_await b.cities(control.get());
        co_await tenancy::register_cities(control.get(), cities);
        const auto known = co_await tenancy::list_tenants(control.get(), cities);
        inputs.tenants = tenants_of(request, known, legacy_slug);
    }
    dispatch::snapshot_keeper::options keeping;
    keeping.source = inputs.source_dsn;
    keeping.holder = random_name();
    dispatch::snapshot_keeper keeper(b.control_pool(), std::move(keeping));
    auto snapshot = co_await keeper.open_for_planning();
    inputs.source = &snapshot.connection();
    inputs.snapshot = snapshot.name();
    auto what = co_await plan::make_plan(std::move(request), std::move(inputs));
    co_return planned{std::move(what), std::move(snapshot)};
}

} // namespace tropeiro::scheduler::api

#include "scheduler/plan/survey_facts.hpp"

#include "shared/base/text.hpp"

namespace tropeiro::scheduler::plan {
namespace {

void refuse_when_blocked(const selection& selected)
{
    std::vector<std::string> reasons;
    std::vector<std::string> hints;
    for (const auto& one : selected.findings) {
        if (one.severity != finding::severity_t::blocks) continue;
        reasons.push_back(one.what);
        if (!one.hint.empty()) hints.push_back(one.hint);
    }
    if (!reasons.empty())
        throw failure(error_kind::not_found, text::join(reasons, "\n"), text::join(hints, "\n"));
}

} // namespace

task<source_facts> read_survey_facts(pg::connection& source, const plan_request& request,
                                     const plan_settings& settings)
{
    source_facts facts;
    facts.catalog = co_await pg::read_catalog(source);
    facts.selected = select_tables(request.which, settings.modules, settings.control_tables, facts.catalog);
    refuse_when_blocked(facts.selected);
    const std::vector<pg::catalog_extension> no_target;
    describe_tables(facts, request, settings, no_target);
    co_return facts;
}

} // namespace tropeiro::scheduler::plan

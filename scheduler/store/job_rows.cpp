#include "scheduler/store/job_rows.hpp"

#include "shared/base/text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tropeiro::scheduler::store {
namespace {

[[noreturn]] void refuse(const plan::job_draft& job, std::string_view what)
{
    throw failure(error_kind::failed,
                  fmt::format("the plan's job \"{}\" refers to {} that is not in the plan", job.label, what));
}

bool has_script(model::job_kind kind)
{
    return kind == model::job_kind::create_database || kind == model::job_kind::restore_schema ||
           kind == model::job_kind::finish_schema || kind == model::job_kind::after_rows;
}

/// The specification with the script's number in place of its index; a negative index means that there is
/// none.
boost::json::value patched_spec(const plan::job_draft& job, std::span<const std::int64_t> scripts)
{
    auto spec = job.spec;
    if (!has_script(job.kind) || !spec.is_object()) return spec;
    auto* script = spec.as_object().if_contains("script");
    if (script == nullptr) return spec;
    const auto index = script->to_number<std::int64_t>();
    const auto count = static_cast<std::int64_t>(scripts.size());
    if (count > 0 && index >= count) refuse(job, "a schema script");
    *script = index < 0 || count == 0 ? 0 : scripts[static_cast<std::size_t>(index)];
    return spec;
}

std::string dependency_array(const plan::plan& what, std::size_t job, std::span<const std::int64_t> ids)
{
    std::string text = "{";
    for (const auto index : what.jobs[job].depends_on) {
        if (index >= job) refuse(what.jobs[job], "an earlier job");
        if (text.size() > 1) text += ',';
        text += std::to_string(ids[index]);
    }
    return text + "}";
}

/// Of the tables that the job copies or checks; 0 for jobs of other kinds.
std::int64_t expected(const plan::job_draft& job, const boost::json::value& spec, std::string_view field)
{
    const bool copies = job.kind == model::job_kind::copy;
    if (!spec.is_object() || (!copies && !model::is_check(job.kind))) return 0;
    const auto* items = spec.as_object().if_contains(copies ? "items" : "tables");
    if (items == nullptr || !items->is_array()) return 0;
    std::int64_t sum = 0;
    for (const auto& item : items->as_array())
        if (const auto* count = item.as_object().if_contains(field)) sum += count->to_number<std::int64_t>();
    return sum;
}

} // namespace

std::string target_resource(const plan::plan& what)
{
    return "t:" + text::replace_all(what.target_server, "|", "_");
}

std::string lane_of(const plan::plan& what, model::job_kind kind)
{
    const bool reads_source = kind == model::job_kind::copy || kind == model::job_kind::sequences ||
                              kind == model::job_kind::after_rows || kind == model::job_kind::check_source;
    const auto target = target_resource(what);
    if (!reads_source) return target;
    return "s:" + text::replace_all(what.source_server, "|", "_") + "|" + target;
}

job_rows make_job_rows(const plan::plan& what, std::span<const std::int64_t> ids,
                       std::span<const std::int64_t> scripts, std::size_t first, std::size_t count)
{
    job_rows rows;
    for (auto i = first; i < first + count; ++i) {
        const auto& job = what.jobs[i];
        if (job.tenant >= what.tenants.size()) refuse(job, "a tenant");
        const auto& city = what.tenants[job.tenant];
        const auto spec = patched_spec(job, scripts);
        rows.id.push_back(ids[i]);
        rows.tenant.push_back(city.tenant.id.value);
        rows.city.push_back(city.tenant.slug);
        rows.database.push_back(city.database);
        rows.kind.emplace_back(model::to_string(job.kind));
        rows.label.push_back(job.label);
        rows.lane.push_back(lane_of(what, job.kind));
        rows.score.push_back(fmt::format("{}", job.score));
        rows.spec.push_back(boost::json::serialize(spec));
        rows.depends_on.push_back(dependency_array(what, i, ids));
        rows.rows.push_back(expected(job, spec, "expected_rows"));
        rows.pass.push_back(job.pass);
        rows.wave.push_back(city.wave);
        rows.bytes.push_back(expected(job, spec, "expected_bytes"));
    }
    return rows;
}

} // namespace tropeiro::scheduler::store

#include "worker/provision/after_rows.hpp"

#include "worker/provision/schema_items.hpp"
#include "worker/provision/schema_step.hpp"
#include "worker/provision/sequences.hpp"

#include <boost/json.hpp>

namespace tropeiro::worker::provision {
namespace {

context::job_context step_of(const context::job_context& job, model::job_kind kind, boost::json::value spec)
{
    auto step = job;
    step.kind = kind;
    step.spec = std::move(spec);
    return step;
}

} // namespace

task<model::progress> after_rows(const context::job_context& job)
{
    using model::job_kind;
    const auto all = model::spec_from_json<model::after_rows_spec>(job.spec);
    if (!all.indexes.empty()) {
        const model::indexes_spec spec{all.indexes};
        const auto step = step_of(job, job_kind::indexes, model::to_json(spec));
        co_await make_indexes(step);
    }
    if (!all.foreign_keys.empty()) {
        const model::foreign_keys_spec spec{all.foreign_keys};
        const auto step = step_of(job, job_kind::foreign_keys, model::to_json(spec));
        co_await make_foreign_keys(step);
    }
    if (!all.sequences.empty()) {
        const model::sequences_spec spec{all.sequences};
        const auto step = step_of(job, job_kind::sequences, model::to_json(spec));
        co_await set_sequences(step);
    }
    if (all.script != 0) {
        const model::script_spec spec{all.script, {}};
        const auto step = step_of(job, job_kind::finish_schema, model::to_json(spec));
        co_await finish_schema(step);
    }
    co_return model::progress{};
}

} // namespace tropeiro::worker::provision

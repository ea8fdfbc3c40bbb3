#include "worker/provision/after_rows.hpp"

#include "worker/provision/schema_items.hpp"
#include "worker/provision/schema_step.hpp"
#include "worker/provision/sequences.hpp"

#include <boost/json.hpp>

namespace tropeiro::worker::provision {

task<model::progress> after_rows(const context::job_context& job)
{
    auto all = model::spec_from_json<model::after_rows_spec>(job.spec);
    if (!all.indexes.empty()) co_await make_indexes(job, std::move(all.indexes));
    if (!all.foreign_keys.empty()) co_await make_foreign_keys(job, std::move(all.foreign_keys));
    if (!all.sequences.empty()) co_await set_sequences(job, std::move(all.sequences));
    if (all.script != 0) co_await finish_schema(job, all.script);
    co_return model::progress{};
}

} // namespace tropeiro::worker::provision

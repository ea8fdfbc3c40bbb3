#include "worker/runtime/handlers.hpp"

#include "worker/check/check_job.hpp"
#include "worker/provision/after_rows.hpp"
#include "worker/provision/create_database.hpp"
#include "worker/provision/publish.hpp"
#include "worker/provision/schema_items.hpp"
#include "worker/provision/schema_step.hpp"
#include "worker/provision/sequences.hpp"
#include "worker/provision/verify.hpp"

#include <array>

namespace tropeiro::worker::runtime {
namespace {

struct row {
    model::job_kind kind;
    handler run;
};

constexpr std::array handlers{
    row{model::job_kind::create_database, provision::create_database},
    row{model::job_kind::restore_schema, provision::restore_schema},
    row{model::job_kind::indexes, provision::make_indexes},
    row{model::job_kind::foreign_keys, provision::make_foreign_keys},
    row{model::job_kind::finish_schema, provision::finish_schema},
    row{model::job_kind::sequences, provision::set_sequences},
    row{model::job_kind::after_rows, provision::after_rows},
    row{model::job_kind::verify, provision::verify},
    row{model::job_kind::publish, provision::publish},
    row{model::job_kind::check_receipts, check::check_receipts},
    row{model::job_kind::check_source, check::check_source},
};

} // namespace

handler handler_for(model::job_kind kind)
{
    for (const auto& entry : handlers)
        if (entry.kind == kind) return entry.run;
    throw failure(error_kind::failed, "no handler for jobs of kind " + std::string(model::to_string(kind)));
}

} // namespace tropeiro::worker::runtime

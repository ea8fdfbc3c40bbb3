// Which code does which kind of job: a table of data. A new kind is a line here and a file in
// provision/. Copies are not among them: they are done several at once, by copy/copy_job.hpp.
#pragma once

#include "shared/rt/asio.hpp"
#include "worker/context/job_context.hpp"

namespace tropeiro::worker::runtime {

using handler = task<model::progress> (*)(const context::job_context&);

handler handler_for(model::job_kind kind);

} // namespace tropeiro::worker::runtime

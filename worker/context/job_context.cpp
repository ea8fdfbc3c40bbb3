#include "worker/context/job_context.hpp"

#include <fmt/format.h>

namespace tropeiro::worker::context {

std::string job_context::application_name() const { return fmt::format("tropeiro/{}/{}", job.value, fence); }

} // namespace tropeiro::worker::context

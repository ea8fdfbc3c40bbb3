// Identities of the control database. Jobs and rollouts are bigints, tenants are uuids in text form.
#pragma once

#include "shared/base/strong_id.hpp"

#include <cstdint>
#include <string>

namespace tropeiro::model {

using job_id = strong_id<struct job_tag, std::int64_t>;
using rollout_id = strong_id<struct rollout_tag, std::int64_t>;
using tenant_id = strong_id<struct tenant_tag, std::string>;

} // namespace tropeiro::model

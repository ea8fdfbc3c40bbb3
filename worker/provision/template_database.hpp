// Databases that tenants' databases are made from: the schema, once for each target server and set of objects, named
// after its content. CREATE DATABASE ... TEMPLATE then costs a fraction of running the script again.
//
//   absent --lock--> <name>_new: script, one transaction --close to connections, rename--> <name>
//
// Whoever dies on the way leaves <name>_new, which the next one drops. A template is never changed.
#pragma once

#include "shared/model/job.hpp"
#include "shared/pg/connection.hpp"
#include "worker/context/job_context.hpp"

namespace tropeiro::worker::provision {

/// Makes the template of the specification when it does not stand yet, at most one worker at a time; `admin` is a
/// connection to the server. Throws what the script says, and leaves nothing then.
task<> ensure_template(const context::job_context& job, pg::connection& admin,
                       const model::create_database_spec& spec);

/// Runs the specification's script in a database that was not made from its template; in one that was there is nothing
/// to do. Our schema stands in it. `maker`: under which rollout it is noted; 0 for a template.
task<> apply_schema(const context::job_context& job, pg::connection& target,
                    const model::create_database_spec& spec, model::rollout_id maker);

} // namespace tropeiro::worker::provision

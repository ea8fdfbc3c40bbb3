// What we keep in a tenant's own database (schema `tropeiro`), and whose database it is. Every connection to
// a target checks the identity before it writes, so that a wrong address can never feed one tenant's rows to
// another.
#pragma once

#include "shared/model/ids.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

#include <optional>
#include <string>

namespace tropeiro::tenancy {

struct target_identity {
    model::tenant_id tenant;
    std::string slug;

    friend bool operator==(const target_identity&, const target_identity&) = default;
};

/// Whose database this is; nothing when it was never claimed.
task<std::optional<target_identity>> read_identity(pg::connection& target);

/// Makes our schema when it is missing, for nobody: in a database that tenants' databases are made from.
task<> install_target_schema(pg::connection& target);

/// Makes our schema when it is missing and claims the database for the tenant, in one transaction under an
/// advisory lock. Harmless to repeat. Throws failure(refused) naming both tenants, and changes nothing, when
/// the database belongs to another. `made_by`: the rollout that made the database itself; kept with the first claim.
task<> claim_target(pg::connection& target, target_identity owner,
                    std::optional<model::rollout_id> made_by = std::nullopt);

/// The rollout that made the database; nothing when it was there before, or when nobody kept account.
task<std::optional<model::rollout_id>> made_by(pg::connection& target);

/// Whether the database is a copy of the template with this name.
task<bool> made_from_template(pg::connection& target, std::string template_name);

/// Throws failure(refused) unless the database was claimed for this tenant.
task<> require_identity(pg::connection& target, target_identity owner);

} // namespace tropeiro::tenancy

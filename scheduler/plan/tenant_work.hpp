// Everything that is to be done for one tenant, before it is cut into jobs. Pure.
#pragma once

#include "scheduler/plan/passes.hpp"
#include "scheduler/plan/schema_work.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tropeiro::scheduler::plan {

/// A table's rows for this tenant.
struct table_copy {
    model::table_name table;
    std::vector<model::copy_item> parts;
    std::int64_t rows = 0; // expected
    std::int64_t bytes = 0;
    std::optional<shared_reading> pass; // none: read for this tenant alone
};

struct tenant_work {
    std::shared_ptr<const schema_work> schema;
    tenant_plan plan;
    std::vector<table_copy> copies;
    std::vector<model::copy_item> to_verify; // tables that an earlier rollout copied and did not read back
    std::map<model::table_name, std::int64_t> bytes; // expected, of the tables that get rows or have them
    std::vector<model::table_name> sequences;
    model::publish_spec publish;
    bool registered = false; // the registry says already what this rollout would tell it
    std::vector<finding> findings;

    bool idle() const
    {
        return !schema->changes_schema() && copies.empty() && to_verify.empty() && plan.database_exists &&
               registered;
    }
};

struct tenant_question {
    model::tenant tenant;
    std::string database;
    std::string db_url; // to publish, without credentials
    bool database_exists = false;
    std::size_t number = 0; // among the rollout's tenants, as the passes count them
};

/// By which value of the tenant column the source knows the tenant's rows.
const std::string& tenant_value(const plan_request& request, const model::tenant& tenant);

tenant_work plan_tenant(const source_facts& source, std::shared_ptr<const schema_work> schema,
                        const plan_request& request, const plan_settings& settings, const pass_choice& passes,
                        tenant_question question);

} // namespace tropeiro::scheduler::plan

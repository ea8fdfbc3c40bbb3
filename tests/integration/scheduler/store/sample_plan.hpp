// A small plan as the planner makes it: per city a database, a schema, a large table in two parts, small
// tables in one job, keys, a check and a publication.
#pragma once

#include "scheduler/plan/plan.hpp"
#include "shared/pg/connection.hpp"
#include "shared/tenancy/control_schema.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace tropeiro::scheduler::test_plans {

inline constexpr std::size_t jobs_per_city = 9;

inline model::copy_item item(const std::string& table, int number, int parts, std::int64_t rows)
{
    model::copy_item i;
    i.table = model::table_name{"public", table};
    i.columns = {"id", "name"};
    i.number = number;
    i.parts = parts;
    i.expected_rows = rows;
    i.expected_bytes = rows * 100;
    return i;
}

inline std::string city_id(std::size_t number)
{
    return fmt::format("aaaaaaaa-0000-0000-0000-{:012}", number);
}

inline plan::tenant_plan city(const std::string& slug, std::size_t number)
{
    plan::tenant_plan t;
    t.tenant.id = model::tenant_id(city_id(number));
    t.tenant.slug = slug;
    t.tenant.name = slug;
    t.database = "conecta_" + slug;
    plan::table_plan table;
    table.rows = 100;
    table.bytes = 10'000;
    t.tables = {table, table, table};
    return t;
}

inline void add_jobs(plan::plan& to, std::size_t tenant)
{
    const auto base = to.jobs.size();
    const auto add = [&](model::job_kind kind, std::string label, boost::json::value spec,
                         std::vector<std::size_t> after) {
        plan::job_draft job;
        job.kind = kind;
        job.tenant = tenant;
        job.label = std::move(label);
        job.score = static_cast<double>(base) + 0.5;
        job.spec = std::move(spec);
        for (const auto index : after)
            job.depends_on.push_back(base + index);
        to.jobs.push_back(std::move(job));
    };
    model::copy_spec first;
    first.items = {item("students", 0, 2, 100)};
    model::copy_spec second;
    second.items = {item("students", 1, 2, 50)};
    model::copy_spec small;
    small.items = {item("schools", 0, 1, 7), item("teachers", 0, 1, 3)};
    model::script_spec script;
    script.script = 1;
    model::publish_spec publish;
    model::published_module module_;
    module_.name = "educacao";
    module_.tables = {model::table_name{"public", "schools"}, model::table_name{"public", "students"}};
    publish.modules = {module_};
    add(model::job_kind::create_database, "create database", model::to_json(model::create_database_spec{}),
        {});
    add(model::job_kind::restore_schema, "restore schema", model::to_json(script), {0});
    add(model::job_kind::copy, "copy students 1/2", model::to_json(first), {1});
    add(model::job_kind::copy, "copy students 2/2", model::to_json(second), {1});
    add(model::job_kind::copy, "copy 2 small tables", model::to_json(small), {1});
    add(model::job_kind::indexes, "index students", model::to_json(model::indexes_spec{}), {2, 3});
    add(model::job_kind::foreign_keys, "foreign keys", model::to_json(model::foreign_keys_spec{}), {4, 5});
    add(model::job_kind::verify, "verify", model::to_json(model::verify_spec{}), {6});
    add(model::job_kind::publish, "publish", model::to_json(publish), {7});
}

inline plan::plan plan_for(const std::vector<std::string>& slugs, bool needs_snapshot = false)
{
    plan::plan p;
    p.title = "provision";
    p.source_server = "source:5432";
    p.target_server = "target:5432";
    p.needs_snapshot = needs_snapshot;
    plan::schema_script none;
    plan::schema_script schema;
    schema.body = "CREATE TABLE students ()";
    p.scripts = {none, schema};
    for (std::size_t i = 0; i < slugs.size(); ++i) {
        p.tenants.push_back(city(slugs[i], i + 1));
        add_jobs(p, i);
    }
    return p;
}

/// The control schema, and the plan's tenants in the registry.
inline task<> prepare_control(pg::connection& control, std::vector<std::string> slugs)
{
    co_await tenancy::install_control_schema(control, false);
    for (std::size_t i = 0; i < slugs.size(); ++i) {
        const auto id = city_id(i + 1);
        co_await control.query(
            "INSERT INTO tenant_registry (tenant_id, tenant_slug, tenant_name) VALUES ($1::uuid, $2, $2)", id,
            slugs[i]);
    }
}

} // namespace tropeiro::scheduler::test_plans

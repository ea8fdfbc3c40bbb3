// The stand-in for the workers: does what each job says, one after the other, and nothing else.
#include "shared/base/text.hpp"
#include "shared/pg/copy_in.hpp"
#include "shared/pg/copy_out.hpp"
#include "shared/pg/path_sql.hpp"
#include "shared/pg/quote.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/tenancy/target_schema.hpp"
#include "tests/integration/scheduler/plan/planning_bench.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tropeiro::test {
namespace {

namespace plan = scheduler::plan;

std::string filter_sql(const model::row_filter& f, const std::string& key)
{
    if (f.kind == model::row_filter::kind_t::legacy) return key + " IS NULL";
    if (f.kind == model::row_filter::kind_t::equals)
        return fmt::format("{} = {}", key, pg::quote_literal(f.value));
    return "true";
}

std::string blocks_sql(const model::copy_item& item)
{
    if (!item.by_ctid) return "true";
    auto sql = fmt::format("t.ctid >= '({},0)'::tid", item.blocks.first_block);
    if (item.blocks.end_block) sql += fmt::format(" AND t.ctid < '({},0)'::tid", *item.blocks.end_block);
    return sql;
}

task<> copy(pg::connection& source, pg::connection& target, model::copy_item item)
{
    const auto columns = pg::quote_list(item.columns);
    const auto format = item.format == model::copy_format::binary ? "binary" : "text";
    const auto owner = pg::owner_of(item.filter, "t", pg::way_joins::free);
    const auto from = fmt::format("COPY (SELECT {} FROM ONLY {} t{} WHERE {} AND {}) TO STDOUT (FORMAT {})",
                                  columns, pg::qualified(item.table), owner.joins,
                                  filter_sql(item.filter, owner.key), blocks_sql(item), format);
    const auto to =
        fmt::format("COPY {} ({}) FROM STDIN (FORMAT {})", pg::qualified(item.table), columns, format);
    co_await source.execute("SET jit = off"); // as a worker reads
    auto reader = co_await pg::copy_out::open(source, from);
    auto writer = co_await pg::copy_in::open(target, to);
    std::string_view row;
    for (;;) {
        const bool more = co_await reader.next(row);
        if (!more) break;
        co_await writer.write(row);
    }
    co_await reader.finish();
    const auto rows = co_await writer.finish();
    co_await target.query(
        "INSERT INTO tropeiro.table_ledger VALUES ($1, $2, 1, 1, $3) ON CONFLICT DO NOTHING",
        item.table.schema, item.table.name, item.parts);
    co_await target.query(
        "INSERT INTO tropeiro.copy_ledger (schema_name, table_name, part, fence, rows, done)"
        " VALUES ($1, $2, $3, 1, $4, true)",
        item.table.schema, item.table.name, item.number, rows);
}

task<> run_items(pg::connection& target, std::vector<model::schema_item> items)
{
    for (const auto& item : items) {
        co_await target.execute(item.statement);
        for (const auto& statement : item.then)
            co_await target.execute(statement);
    }
}

task<> create(pg::dsn admin, const plan::plan& p, plan::job_draft job, plan::tenant_plan where)
{
    const auto spec = model::spec_from_json<model::create_database_spec>(job.spec);
    auto c = co_await pg::connection::open(admin);
    const auto there = co_await c.query("SELECT FROM pg_database WHERE datname = $1", where.database);
    if (there.empty())
        co_await c.execute(
            fmt::format("CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}",
                        pg::quote_ident(where.database), pg::quote_literal(spec.encoding),
                        pg::quote_literal(spec.collate), pg::quote_literal(spec.ctype)));
    const auto dsn = admin.with_database(where.database);
    auto target = co_await pg::connection::open(dsn);
    tenancy::target_identity owner{where.tenant.id, where.tenant.slug};
    co_await tenancy::claim_target(target, owner);
    if (there.empty()) co_await target.execute(p.scripts.at(static_cast<std::size_t>(spec.script)).body);
}

task<> run_script(pg::connection& target, model::script_spec spec, std::string body)
{
    auto tx = co_await pg::transaction::begin(target);
    for (const auto& table : spec.truncate) {
        const auto keys = co_await target.query("SELECT conname FROM pg_constraint WHERE contype = 'f' AND "
                                                "conparentid = 0 AND conrelid = $1::regclass",
                                                pg::qualified(table));
        for (const auto& key : keys) {
            const auto name = pg::quote_ident(key.get<std::string>(0));
            co_await target.execute(
                fmt::format("ALTER TABLE {} DROP CONSTRAINT {}", pg::qualified(table), name));
        }
        co_await target.query("DELETE FROM tropeiro.table_ledger WHERE schema_name = $1 AND table_name = $2",
                              table.schema, table.name);
    }
    std::vector<std::string> names;
    for (const auto& table : spec.truncate)
        names.push_back(pg::qualified(table));
    if (!names.empty()) co_await target.execute("TRUNCATE " + text::join(names, ", "));
    if (!body.empty()) co_await target.execute(body);
    co_await tx.commit();
}

task<> run_job(pg::connection& source, pg::dsn admin, const plan::plan& p, plan::job_draft job)
{
    const auto& where = p.tenants.at(job.tenant);
    if (job.kind == model::job_kind::create_database) {
        co_await create(admin, p, job, where);
        co_return;
    }
    const auto dsn = admin.with_database(where.database);
    auto target = co_await pg::connection::open(dsn);
    switch (job.kind) {
    case model::job_kind::restore_schema:
    case model::job_kind::finish_schema: {
        auto spec = model::spec_from_json<model::script_spec>(job.spec);
        auto body = p.scripts.at(static_cast<std::size_t>(spec.script)).body;
        co_await run_script(target, spec, body);
        break;
    }
    case model::job_kind::copy: {
        const auto spec = model::spec_from_json<model::copy_spec>(job.spec);
        for (const auto& item : spec.items)
            co_await copy(source, target, item);
        break;
    }
    case model::job_kind::indexes: {
        auto spec = model::spec_from_json<model::indexes_spec>(job.spec);
        co_await run_items(target, spec.items);
        break;
    }
    case model::job_kind::foreign_keys: {
        auto spec = model::spec_from_json<model::foreign_keys_spec>(job.spec);
        co_await run_items(target, spec.items);
        break;
    }
    case model::job_kind::after_rows: {
        auto spec = model::spec_from_json<model::after_rows_spec>(job.spec);
        co_await run_items(target, spec.indexes);
        co_await run_items(target, spec.foreign_keys);
        auto body = p.scripts.at(static_cast<std::size_t>(spec.script)).body;
        model::script_spec nothing_to_empty;
        co_await run_script(target, nothing_to_empty, body);
        break;
    }
    case model::job_kind::verify: {
        const auto spec = model::spec_from_json<model::verify_spec>(job.spec);
        for (const auto& item : spec.tables)
            co_await target.query("UPDATE tropeiro.table_ledger SET verified = true "
                                  "WHERE schema_name = $1 AND table_name = $2",
                                  item.table.schema, item.table.name);
        break;
    }
    default:
        break;
    }
}

} // namespace

void carry_out(const pg::dsn& source, const plan::plan& p, std::optional<model::job_kind> until,
               std::optional<pg::dsn> target)
{
    run([&]() -> task<> {
        auto c = co_await pg::connection::open(source);
        const auto admin = target.value_or(source.with_database("postgres"));
        for (const auto& job : p.jobs) {
            if (until && job.kind == *until) co_return;
            co_await run_job(c, admin, p, job);
        }
        if (until)
            throw std::logic_error("the plan has no job of kind " + std::string(model::to_string(*until)));
    });
}

} // namespace tropeiro::test

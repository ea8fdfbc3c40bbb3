#include "worker/provision/template_database.hpp"

#include "shared/pg/lock_poll.hpp"
#include "shared/pg/quote.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/tenancy/target_schema.hpp"
#include "worker/context/site.hpp"
#include "worker/provision/create_database.hpp"
#include "worker/provision/made_objects.hpp"
#include "worker/provision/sql_text.hpp"
#include "worker/provision/stored_script.hpp"

#include <fmt/format.h>

namespace tropeiro::worker::provision {
namespace {

const model::rollout_id of_no_rollout(0); // templates outlive them
constexpr std::chrono::minutes longest_wait{10};

/// Held until it is given back or the connection ends.
task<> lock_template(pg::connection& admin, const std::string& name)
{
    auto attempt =
        fmt::format("SELECT pg_try_advisory_lock(hashtextextended({}, 0))", pg::quote_literal(name));
    const bool got = co_await pg::poll_lock(admin, std::move(attempt), longest_wait, milliseconds(50));
    if (!got)
        throw failure(error_kind::unreachable,
                      fmt::format("another worker is still making template database {}", name));
}

task<bool> stands(pg::connection& admin, const std::string& name)
{
    const auto found = co_await admin.query("SELECT FROM pg_database WHERE datname = $1", name);
    co_return !found.empty();
}

task<> fill(const context::job_context& job, const model::create_database_spec& spec, std::string database)
{
    pg::connect_options options;
    options.application_name = job.application_name();
    auto target =
        co_await pg::connection::open(job.servers.targets().admin().with_database(database), options);
    co_await tenancy::install_target_schema(target);
    co_await apply_schema(job, target, spec, of_no_rollout);
}

/// Made under another name, so that nobody takes a half-filled one.
task<> make_template(const context::job_context& job, pg::connection& admin,
                     const model::create_database_spec& spec)
{
    const auto& name = spec.template_name;
    const auto unfinished = name + "_new";
    const auto quoted = pg::quote_ident(unfinished);
    co_await admin.execute(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted));
    co_await admin.execute(create_database_sql(unfinished, spec));
    std::exception_ptr thrown;
    try {
        co_await fill(job, spec, unfinished);
        co_await admin.execute(fmt::format("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", quoted));
        co_await admin.execute(fmt::format("ALTER DATABASE {} RENAME TO {}", quoted, pg::quote_ident(name)));
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) {
        co_await admin.execute(fmt::format("DROP DATABASE {} WITH (FORCE)", quoted));
        std::rethrow_exception(thrown);
    }
    job.log.info("template database made", {{"database", name}});
}

/// One worker makes it, the others wait.
task<> make_once(const context::job_context& job, pg::connection& admin,
                 const model::create_database_spec& spec)
{
    co_await lock_template(admin, spec.template_name);
    const bool made_meanwhile = co_await stands(admin, spec.template_name);
    if (!made_meanwhile) co_await make_template(job, admin, spec);
    co_await admin.query("SELECT pg_advisory_unlock(hashtextextended($1, 0))", spec.template_name);
}

} // namespace

task<> ensure_template(const context::job_context& job, pg::connection& admin,
                       const model::create_database_spec& spec)
{
    const bool there = co_await stands(admin, spec.template_name);
    if (there) co_return;
    try {
        co_await make_once(job, admin, spec);
    } catch (...) {
        admin.mark_broken(); // the lock is the session's and ends with it
        throw;
    }
}

task<> apply_schema(const context::job_context& job, pg::connection& target,
                    const model::create_database_spec& spec, model::rollout_id maker)
{
    if (spec.script == 0) co_return;
    auto tx = co_await pg::transaction::begin(target);
    const auto marked = co_await target.query(sql::mark_step, of_no_rollout, spec.template_name);
    if (!marked.empty()) {
        const auto script = co_await load_script(job, spec.script);
        co_await note_before(target);
        co_await target.execute(script);
        co_await note_made(target, maker);
    }
    co_await tx.commit();
    if (!marked.empty()) target.mark_broken(); // the script has changed the session's search_path and more
}

} // namespace tropeiro::worker::provision

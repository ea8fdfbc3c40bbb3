#include "scheduler/plan/planner.hpp"

#include "scheduler/plan/checks.hpp"
#include "scheduler/plan/job_graph.hpp"
#include "scheduler/plan/passes.hpp"
#include "scheduler/plan/path_counts.hpp"
#include "shared/base/text.hpp"
#include "shared/crypto/fingerprint.hpp"
#include "shared/pg/pooler.hpp"
#include "shared/pg/table_hold.hpp"
#include "shared/rt/task_group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace tropeiro::scheduler::plan {
namespace {

using severity = finding::severity_t;

/// One planning. Lives in make_plan's frame.
class planning {
  public:
    planning(plan_request request, plan_inputs inputs) : request_(std::move(request)), in_(std::move(inputs))
    {
    }

    task<plan> run()
    {
        begin();
        const bool usable = co_await read_servers();
        if (!usable) co_return std::move(plan_);
        co_await read_source();
        if (!archive_) co_return std::move(plan_); // what is missing hides what would come after
        co_await read_targets();
        co_await plan_tenants();
        co_return std::move(plan_);
    }

  private:
    void begin()
    {
        plan_.title = request_.title;
        plan_.how_fast = request_.how_fast;
        waves_ = waves_of(in_.tenants, request_.how_fast);
        for (const auto& slug : unknown_canaries(in_.tenants, request_.how_fast))
            add(severity::blocks, slug, "the canary is none of the cities", "correct --canary or --tenants");
        plan_.source_server = in_.source_dsn.server();
        plan_.target_server = in_.target_admin.server();
        plan_.scripts.emplace_back();
        if (in_.tenants.empty())
            add(severity::blocks, {}, "no tenant was chosen",
                "name them with --tenants, or add one with tenant add");
        if (in_.tenants.size() > 1 && request_.rows == rows_wanted::own && !request_.tenant_value.empty())
            add(severity::blocks, {}, "one tenant value cannot tell several tenants apart",
                "plan them one by one");
    }

    void add(severity how, const std::string& tenant, std::string what, std::string hint = {})
    {
        plan_.findings.push_back({how, tenant, std::move(what), std::move(hint)});
    }

    void add_all(std::vector<finding> more, const std::string& tenant = {})
    {
        for (auto& one : more) {
            if (!tenant.empty()) one.tenant = tenant;
            plan_.findings.push_back(std::move(one));
        }
    }

    /// False when nothing can be read.
    task<bool> read_servers()
    {
        const auto facts = co_await pg::read_server_facts(*in_.source);
        const auto pooler = co_await pg::transaction_pooler(*in_.source);
        add_all(check_source(facts, pooler));
        if (plan_.blocked()) co_return false;
        server_ = co_await read_target_server(in_.target_admin, facts);
        co_return true;
    }

    std::string database_of(const model::tenant& tenant) const
    {
        return tenant.database.empty() ? model::database_name(in_.settings.database_pattern, tenant.slug)
                                       : tenant.database;
    }

    std::size_t new_databases() const
    {
        return static_cast<std::size_t>(
            std::count_if(in_.tenants.begin(), in_.tenants.end(), [&](const auto& tenant) {
                return server_.databases.count(database_of(tenant)) == 0;
            }));
    }

    task<> read_source()
    {
        source_.catalog = co_await pg::read_catalog(*in_.source);
        source_.selected =
            select_tables(request_.which, in_.settings.modules, in_.settings.control_tables, source_.catalog);
        add_all(source_.selected.findings);
        describe_tables(source_, request_, in_.settings, server_.extensions);
        add_all(check_tables(source_, request_, in_.settings, in_.tenants.size()));
        if (plan_.blocked()) co_return;
        co_await pg::hold_tables(*in_.source, source_.tables_with_rows());
        co_await read_statistics(*in_.source, source_, in_.settings);
        plan_.paths = co_await count_paths(*in_.source, source_, in_.settings.control_tables);
        add_all(check_paths(plan_.paths));
        auto unreadable = source_.unreadable_tables();
        auto dumped = co_await schema_archive::dump(in_.source_dsn, in_.snapshot, std::move(unreadable));
        archive_ = std::make_unique<schema_archive>(std::move(dumped));
        co_await read_archive(*in_.source, source_, *archive_);
        add_all(check_closure(source_, in_.settings.control_tables));
        add_all(check_server(source_, server_, new_databases()));
        const auto roles = missing_roles(source_, server_.roles);
        add_all(check_roles(roles, request_.create_roles, server_));
        for (const auto& [role, namers] : roles)
            roles_.insert(role);
    }

    /// Existing databases, a few at a time.
    task<> read_targets()
    {
        targets_.resize(in_.tenants.size());
        for (std::size_t i = 0; i < in_.tenants.size(); ++i)
            if (server_.databases.count(database_of(in_.tenants[i])) > 0) queue_.push_back(i);
        const auto wanted = source_.tables_with_references();
        const auto executor = co_await asio::this_coro::executor;
        rt::task_group readers(executor);
        const auto count = std::min(queue_.size(), std::max<std::size_t>(1, in_.target_connections));
        for (std::size_t i = 0; i < count; ++i)
            readers.spawn(read_queued(wanted), "reading a target database");
        co_await readers.join();
    }

    task<> read_queued(std::vector<model::table_name> wanted)
    {
        while (!queue_.empty()) {
            const auto i = queue_.back();
            queue_.pop_back();
            const auto name = database_of(in_.tenants[i]);
            if (is_source(name)) continue;
            auto where = in_.target_admin.with_database(name);
            targets_[i] = co_await read_target(std::move(where), wanted);
        }
    }

    bool is_source(const std::string& database) const
    {
        return database == source_.catalog.server.database &&
               server_.facts.started == source_.catalog.server.started;
    }

    /// Everything that speaks against using the tenant's database at all.
    void check_database(const model::tenant& tenant, const std::string& database, const target_state& target)
    {
        if (is_source(database))
            return add(severity::blocks, tenant.slug,
                       fmt::format("database \"{}\" is the source itself", database),
                       "correct [target] database or the connection strings");
        if (!owners_.emplace(database, tenant.slug).second)
            return add(
                severity::blocks, tenant.slug,
                fmt::format("database \"{}\" would also be that of \"{}\"", database, owners_.at(database)),
                "correct [target] database: {slug} must tell tenants apart");
        if (database.size() > 63)
            add(severity::blocks, tenant.slug,
                fmt::format("\"{}\" is too long for a database's name", database),
                "shorten [target] database");
        if (!target.exists) return;
        if (!target.owner)
            add(severity::warns, tenant.slug,
                fmt::format("database \"{}\" exists and belongs to no tenant yet; it becomes this one's",
                            database));
        else if (!(target.owner->tenant == tenant.id))
            add(severity::blocks, tenant.slug,
                fmt::format("database \"{}\" belongs to tenant \"{}\"", database, target.owner->slug),
                "correct [target] database or the connection string");
    }

    std::shared_ptr<const schema_work> schema_for(const target_state& target)
    {
        if (!target.exists && fresh_) return fresh_;
        auto work = std::make_shared<const schema_work>(plan_schema(source_, request_, in_.settings, target));
        if (!target.exists) {
            fresh_ = work;
            for (const auto& cycle : key_cycles(work->keys))
                add(severity::notes, {}, "foreign keys go in a circle: " + cycle,
                    "nothing to do: they are made after the rows");
        }
        return work;
    }

    task<> plan_tenants()
    {
        std::vector<std::shared_ptr<const schema_work>> schemas;
        for (std::size_t i = 0; i < in_.tenants.size(); ++i) {
            const auto& tenant = in_.tenants[i];
            check_database(tenant, database_of(tenant), targets_[i]);
            schemas.push_back(schema_for(targets_[i]));
            add_all(schemas.back()->findings, tenant.slug);
        }
        const auto passes = co_await choose_passes(schemas);
        for (std::size_t i = 0; i < in_.tenants.size(); ++i) {
            const auto& tenant = in_.tenants[i];
            const auto database = database_of(tenant);
            const auto url = in_.target_admin.with_database(database).without_credentials();
            tenant_question question{tenant, database, url, targets_[i].exists, i};
            auto work = plan_tenant(source_, schemas[i], request_, in_.settings, passes, std::move(question));
            add_all(std::move(work.findings), tenant.slug);
            co_await add_tenant(std::move(work));
        }
        if (!plan_.blocked()) co_return;
        plan_.jobs.clear();
        plan_.target_slots.reset();
    }

    task<pass_choice> choose_passes(std::vector<std::shared_ptr<const schema_work>> schemas)
    {
        if (plan_.blocked()) co_return pass_choice();
        pass_question question{
            source_, {}, {}, {}, 0, in_.settings.part_bytes, in_.settings.small_table_bytes};
        question.waves = waves_;
        question.most = most_in_pass(in_.settings.pass_tenants, server_.facts.max_connections);
        for (const auto& table : source_.tables) {
            std::vector<bool> copied;
            for (const auto& schema : schemas)
                copied.push_back(schema->copied.contains(table.selected.name));
            question.copies.push_back(std::move(copied));
        }
        for (const auto& tenant : in_.tenants)
            question.values.push_back(tenant_value(request_, tenant));
        if (!values_fit(question)) co_return pass_choice(); // plan_tenant() says so
        const auto undecided = undecided_tables(question);
        std::vector<read_question> asked;
        for (const auto table : undecided)
            asked.push_back(ask_costs(question, table));
        const auto costs = co_await read_costs(*in_.source, std::move(asked));
        for (std::size_t i = 0; i < undecided.size(); ++i)
            question.costs.emplace(undecided[i], costs[i]);
        pass_choice choice(question);
        if (choice.largest() > 1)
            plan_.target_slots = passes_at_once(choice.largest(), server_.facts.max_connections,
                                                plan_.source_server == plan_.target_server);
        co_return choice;
    }

    task<> add_tenant(tenant_work work)
    {
        plan_.needs_snapshot = plan_.needs_snapshot || !work.copies.empty();
        graph_settings graph;
        const auto& server = source_.catalog.server;
        graph.database = {server.encoding, server.collate, server.ctype, {}, 0};
        graph.batch_rows = request_.batch_rows.value_or(in_.settings.batch_rows);
        graph.small_table_bytes = in_.settings.small_table_bytes;
        graph.on_existing = request_.on_existing;
        graph.on_bad_row = request_.on_bad_row;
        graph.most_bad_rows = in_.settings.most_bad_rows;
        const auto& schema = *work.schema;
        auto before = co_await archive_->script(schema.entries, script_section::pre_data);
        auto after = co_await archive_->script(schema.entries, script_section::post_data);
        const auto roles = schema.entries.empty() ? std::string() : role_script(roles_);
        if (!work.plan.database_exists) {
            auto all = roles + before;
            if (work.copies.empty()) all += items_script(items_in_order(schema)) + std::exchange(after, {});
            make_template(graph.database, std::move(all));
        } else {
            graph.restore_script = keep_script(roles + clear_way_script(schema.in_place) + before);
        }
        graph.finish_script = keep_script(restore_triggers_script(schema.in_place) + after);
        add_jobs(plan_, plan_.tenants.size(), work, graph);
        work.plan.wave = waves_[plan_.tenants.size()];
        plan_.tenants.push_back(std::move(work.plan));
    }

    /// New databases are made from one that holds the schema already.
    void make_template(model::create_database_spec& database, std::string script)
    {
        if (script.empty()) return;
        const std::vector<std::string> content{database.encoding, database.collate, database.ctype, script};
        database.template_name = "tropeiro_schema_" + crypto::fingerprint(text::join(content, "\n"));
        database.script = keep_script(std::move(script));
    }

    /// The script's index in the plan; tenants with the same text share one.
    std::int64_t keep_script(std::string body)
    {
        if (body.empty()) return 0;
        const auto [at, fresh] =
            scripts_.try_emplace(std::move(body), static_cast<std::int64_t>(plan_.scripts.size()));
        if (fresh) plan_.scripts.push_back({at->first});
        return at->second;
    }

    plan_request request_;
    plan_inputs in_;
    plan plan_;
    source_facts source_;
    target_server server_;
    std::unique_ptr<schema_archive> archive_;
    std::vector<int> waves_;                    // beside in_.tenants
    std::set<std::string> roles_;               // to create
    std::vector<target_state> targets_;         // beside in_.tenants
    std::vector<std::size_t> queue_;            // of targets to read
    std::map<std::string, std::string> owners_; // database -> slug within this plan
    std::shared_ptr<const schema_work> fresh_;  // of databases that do not exist
    std::map<std::string, std::int64_t> scripts_;
};

} // namespace

plan_settings settings_from(const config::workspace& workspace)
{
    plan_settings settings;
    settings.modules = workspace.modules;
    settings.tenant_column = workspace.source.tenant_column;
    settings.database_pattern = workspace.target.database;
    settings.legacy_slug = workspace.source.legacy_slug;
    settings.control_tables = workspace.control.tables;
    settings.control_tables.push_back(workspace.control.cities);
    settings.batch_rows = workspace.copy.batch_rows;
    settings.part_bytes = workspace.copy.part_bytes;
    settings.small_table_bytes = workspace.copy.small_table_bytes;
    settings.pass_tenants = workspace.copy.pass_tenants;
    settings.most_bad_rows = workspace.copy.most_bad_rows;
    return settings;
}

task<plan> make_plan(plan_request request, plan_inputs inputs)
{
    planning work(std::move(request), std::move(inputs));
    co_return co_await work.run();
}

} // namespace tropeiro::scheduler::plan

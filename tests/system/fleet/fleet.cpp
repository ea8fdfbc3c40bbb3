#include "tests/system/fleet/fleet.hpp"

#include "shared/base/text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace tropeiro::test {
namespace {

constexpr auto template_database = "conecta_template";

std::string setting(const char* name)
{
    const char* value = std::getenv(name); // the test's own environment, set by CTest
    if (value == nullptr)
        throw std::runtime_error(fmt::format("{} is not set: run the test through ctest", name));
    return value;
}

void must(const finished& run, const std::string& what)
{
    if (run.exit != 0)
        throw std::runtime_error(
            fmt::format("{} exited {}\nstdout: {}\nstderr: {}", what, run.exit, run.out, run.err));
}

void sleep_a_little() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

} // namespace

std::string program(const std::string& name) { return setting("TROPEIRO_BIN") + "/" + name; }

std::string project_file(const std::string& path) { return setting("TROPEIRO_SOURCE") + "/" + path; }

const std::vector<std::string>& module_tables()
{
    static const std::vector<std::string> tables = text::split_list(
        "schools,students,teachers,school_classes,student_enrollments,ideb_data,scheduled_assessments,"
        "student_assessments,health_units,appointments,news,events,stories,campaign_banners,gallery_albums,"
        "live_streams,podcasts,ombudsman_protocols,employee_timeclock,employee_absences,employee_audit_log,"
        "transferencias_federais,orcamento_educacao,advertising_expenses,social_media_accounts,social_media_"
        "posts,"
        "social_media_api_keys,api_cache,notifications,report_requests");
    return tables;
}

common_servers::common_servers() : source({"max_connections=200"}), target({"max_connections=200"})
{
    source.create_database(template_database);
    target.psql(
        "CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN"); // that the example's policies name
    const auto load = project_file("examples/conecta/load.sh");
    must(run_program({"bash", load, source.url(template_database), "--scale", "0.02", "--cities", "8"}, {},
                     std::chrono::seconds(120)),
         "loading the example");
}

common_servers& servers()
{
    static common_servers instance;
    return instance;
}

fleet::fleet(const std::string& name, fleet_options options)
    : source_(unique_name(name)), http_port_(free_port())
{
    servers().source.create_database(source_, template_database);
    auto toml = read_file(project_file("examples/conecta/tropeiro.toml"));
    toml = text::replace_all(toml, "conecta_{slug}", source_ + "_{slug}");
    toml = text::replace_all(toml, "batch_rows = 50000", fmt::format("batch_rows = {}", options.batch_rows));
    toml = text::replace_all(
        toml, "part_bytes = \"256MB\"",
        fmt::format("part_bytes = \"{}\"\nsmall_table_bytes = \"16kB\"", options.part_bytes));
    dir_.write("tropeiro.toml", toml + options.extra_toml);
    const auto made = embedded({"init"});
    must(made, "tropeiro init");
}

fleet::~fleet() = default;

std::string fleet::database_of(const std::string& city) { return text::replace_all(city, "-", "_"); }

std::map<std::string, std::string> fleet::environment() const
{
    return {{"SOURCE_DB_URL", servers().source.url(source_)},
            {"CONTROL_DB_URL", servers().source.url(source_)},
            {"TARGET_ADMIN_URL", servers().target.url()},
            {"REDIS_URL", redis_.url()},
            {"TROPEIRO_SERVER_LISTEN", fmt::format("127.0.0.1:{}", http_port_)}};
}

std::vector<std::string> fleet::command(std::vector<std::string> args) const
{
    args.insert(args.begin(), {program("tropeiro"), "--config", (dir_ / "tropeiro.toml").string()});
    return args;
}

void fleet::start_scheduler()
{
    spawn_options options;
    options.env = environment();
    scheduler_ = std::make_unique<child_process>(command({"serve"}), options);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (cli({"rollout", "list"}).exit != 0) {
        if (!scheduler_->running() || std::chrono::steady_clock::now() > give_up)
            throw std::runtime_error("the scheduler does not serve: " + scheduler_->err());
        sleep_a_little();
    }
}

void fleet::kill_scheduler()
{
    scheduler_->signal(SIGKILL);
    scheduler_->wait();
    scheduler_.reset();
}

child_process& fleet::add_worker(std::chrono::milliseconds lease)
{
    const std::vector<std::string> argv{program("tropeiro-worker"),
                                        "--config",
                                        (dir_ / "tropeiro.toml").string(),
                                        "--lease-ms",
                                        std::to_string(lease.count()),
                                        "--slots",
                                        "2"};
    spawn_options options;
    options.env = environment();
    return workers_.emplace_back(argv, options);
}

void fleet::kill_worker(child_process& worker)
{
    worker.signal(SIGKILL);
    worker.wait();
    workers_.remove_if([&](const child_process& other) { return &other == &worker; });
}

finished fleet::cli(std::vector<std::string> args, std::map<std::string, std::string> env)
{
    spawn_options options;
    options.env = environment();
    options.env["TROPEIRO_SERVER_URL"] = fmt::format("http://127.0.0.1:{}", http_port_);
    for (auto& [name, value] : env)
        options.env[name] = value;
    return run_program(command(std::move(args)), options, std::chrono::seconds(120));
}

boost::json::value fleet::ask(std::vector<std::string> args)
{
    args.emplace_back("--json");
    const auto run = cli(args);
    must(run, "tropeiro " + text::join(args, " "));
    return boost::json::parse(run.out);
}

finished fleet::embedded(std::vector<std::string> args, std::map<std::string, std::string> env)
{
    spawn_options options;
    options.env = environment();
    options.env.erase("REDIS_URL");
    options.unset = {"REDIS_URL"};
    options.working_dir = dir_.string();
    for (auto& [name, value] : env)
        options.env[name] = value;
    return run_program(command(std::move(args)), options, std::chrono::seconds(180));
}

std::int64_t fleet::start_rollout(const std::string& cities)
{
    const auto answer = ask({"rollout", "start", "--tenants", cities, "--detach"});
    return answer.at("rollout").at("id").to_number<std::int64_t>();
}

std::string fleet::state(std::int64_t rollout)
{
    return in_source(fmt::format("SELECT state FROM tropeiro.rollout WHERE id = {}", rollout));
}

void fleet::wait_for(std::int64_t rollout, const std::string& wanted, std::chrono::seconds limit)
{
    const auto give_up = std::chrono::steady_clock::now() + limit;
    for (auto now = state(rollout); now != wanted; now = state(rollout)) {
        const bool late = std::chrono::steady_clock::now() > give_up;
        if (!late && (now == "running" || now == "paused")) {
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
            continue;
        }
        const auto jobs = cli({"job", "list", "--rollout", std::to_string(rollout), "--json"}).out;
        throw std::runtime_error(fmt::format("rollout {} is {}, not {}{}\n{}", rollout, now, wanted,
                                             late ? " in time" : "", jobs));
    }
}

std::int64_t fleet::rows_committed(const std::vector<std::string>& cities)
{
    std::int64_t rows = 0;
    for (const auto& city : cities) {
        const auto database = source_ + "_" + database_of(city);
        const auto there = servers().target.psql(
            fmt::format("SELECT count(*) FROM pg_database WHERE datname = '{}'", database));
        if (text::trim(there) != "1") continue;
        const auto ledger =
            servers().target.psql("SELECT CASE WHEN to_regclass('tropeiro.copy_ledger') IS NULL THEN 0 ELSE "
                                  "(xpath('/row/n/text()', query_to_xml('SELECT coalesce(sum(rows), 0) AS n "
                                  "FROM tropeiro.copy_ledger', "
                                  "false, true, '')))[1]::text::bigint END",
                                  database);
        rows += std::stoll(ledger);
    }
    return rows;
}

void fleet::wait_for_rows(const std::vector<std::string>& cities, std::int64_t rows)
{
    constexpr std::chrono::seconds stillness(12); // more than a lost lease costs
    std::int64_t last = -1;
    auto moved = std::chrono::steady_clock::now();
    for (auto now = rows_committed(cities); now <= rows; now = rows_committed(cities)) {
        if (now != last) moved = std::chrono::steady_clock::now();
        last = now;
        if (now > 0 && std::chrono::steady_clock::now() - moved > stillness) return;
        if (std::chrono::steady_clock::now() - moved > std::chrono::seconds(90))
            throw std::runtime_error("the rollout does not begin");
        sleep_a_little();
    }
}

std::map<std::string, std::string> hashes_of(postgres_server& server, const std::string& database,
                                             const std::vector<std::string>& tables,
                                             const std::string& condition)
{
    std::vector<std::string> questions;
    for (const auto& table : tables)
        questions.push_back(
            fmt::format("SELECT '{} ' || count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' "
                        "ORDER BY md5(t::text))), '') FROM public.{} t WHERE {}",
                        table, table, condition));
    const auto answer = server.psql(text::join(questions, " UNION ALL "), database);
    std::map<std::string, std::string> hashes;
    for (const auto& line : text::split_list(answer, '\n')) {
        const auto blank = line.find(' ');
        hashes[line.substr(0, blank)] = line.substr(blank + 1);
    }
    return hashes;
}

std::string fleet::differences(const std::string& city)
{
    const std::string id(text::trim(
        servers().source.psql(fmt::format("SELECT id FROM public.cities WHERE slug = '{}'", city), source_)));
    const auto condition =
        city == "afogados-da-ingazeira" ? std::string("city_id IS NULL") : fmt::format("city_id = '{}'", id);
    const auto sent = hashes_of(servers().source, source_, module_tables(), condition);
    const auto there =
        hashes_of(servers().target, source_ + "_" + database_of(city), module_tables(), "true");
    std::string found;
    for (const auto& table : module_tables())
        if (sent.at(table) != there.at(table))
            found +=
                fmt::format("{}.{}: source {}, target {}\n", city, table, sent.at(table), there.at(table));
    return found;
}

std::int64_t fleet::rows_inserted(const std::string& city)
{
    const auto database = source_ + "_" + database_of(city);
    const auto sql =
        "SELECT coalesce(sum(n_tup_ins), 0) FROM pg_stat_user_tables WHERE schemaname = 'public'";
    return std::stoll(servers().target.psql(sql, database));
}

std::int64_t fleet::rows_present(const std::string& city)
{
    std::vector<std::string> counts;
    for (const auto& table : module_tables())
        counts.push_back(fmt::format("(SELECT count(*) FROM public.{})", table));
    return std::stoll(in_city(city, "SELECT " + text::join(counts, " + ")));
}

std::string fleet::in_source(const std::string& sql) const
{
    const auto answer = servers().source.psql(sql, source_);
    return std::string(text::trim(answer));
}

std::string fleet::in_city(const std::string& city, const std::string& sql) const
{
    const auto answer = servers().target.psql(sql, source_ + "_" + database_of(city));
    return std::string(text::trim(answer));
}

} // namespace tropeiro::test

#include "tests/integration/scheduler/plan/planning_bench.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/quote.hpp"
#include "shared/pg/transaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace tropeiro::test {
namespace {

namespace plan = scheduler::plan;

std::filesystem::path source_folder()
{
    const char* root = std::getenv("TROPEIRO_SOURCE");
    return root != nullptr ? root : ".";
}

std::string run_dump(const pg::dsn& database, const std::vector<model::table_name>& tables)
{
    std::vector<std::string> argv{postgres_binary("pg_dump"), "--schema-only", "--no-owner",
                                  "--exclude-schema=tropeiro"};
    for (const auto& table : tables)
        argv.push_back("--table=" + pg::qualified(table));
    spawn_options options;
    for (const auto& [name, value] : database.environment())
        options.env[name] = value;
    const auto done = run_program(std::move(argv), options);
    if (done.exit != 0) throw std::runtime_error("pg_dump: " + done.err);
    return done.out;
}

} // namespace

std::string source_file(const std::string& path)
{
    std::ifstream in(source_folder() / path);
    if (!in) throw std::runtime_error(path + " cannot be read");
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

pg::dsn nasty_database()
{
    auto where = fresh_database("nasty");
    shared_postgres().psql(source_file("tests/integration/scheduler/plan/nasty.sql"), where.database);
    return where;
}

pg::dsn conecta_database()
{
    auto where = fresh_database("conecta");
    std::vector<std::filesystem::path> files;
    for (const auto& file : std::filesystem::directory_iterator(source_folder() / "examples/conecta/schema"))
        if (std::isdigit(static_cast<unsigned char>(file.path().filename().string()[0])) != 0)
            files.push_back(file.path());
    std::sort(files.begin(), files.end());
    for (const auto& file : files)
        shared_postgres().psql(source_file("examples/conecta/schema/" + file.filename().string()),
                               where.database);
    return where;
}

model::tenant tenant_named(const std::string& slug, const std::string& id)
{
    model::tenant tenant;
    tenant.id = model::tenant_id(id);
    tenant.slug = slug;
    tenant.name = slug;
    return tenant;
}

plan::plan make_plan(const pg::dsn& source, plan::plan_request request, plan::plan_settings settings,
                     std::vector<model::tenant> tenants, std::optional<pg::dsn> target)
{
    return run([&]() -> task<plan::plan> {
        auto c = co_await pg::connection::open(source);
        auto tx = co_await pg::transaction::begin(c, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        const auto name = co_await c.query("SELECT pg_export_snapshot()");
        plan::plan_inputs inputs;
        inputs.source = &c;
        inputs.source_dsn = source;
        inputs.snapshot = name.one().get<std::string>(0);
        inputs.target_admin = target.value_or(source.with_database("postgres"));
        inputs.settings = settings;
        inputs.tenants = tenants;
        auto made = co_await plan::make_plan(request, inputs);
        co_await tx.rollback();
        co_return made;
    });
}

std::vector<std::string> schema_of(const pg::dsn& database, const std::vector<model::table_name>& tables)
{
    std::vector<std::string> kept;
    for (auto& line : text::split(run_dump(database, tables), '\n'))
        if (!line.starts_with("--") && !line.starts_with("\\") && !line.empty())
            kept.push_back(std::move(line));
    return kept;
}

std::string difference(std::vector<std::string> first, std::vector<std::string> second)
{
    std::sort(first.begin(), first.end());
    std::sort(second.begin(), second.end());
    std::vector<std::string> gone;
    std::vector<std::string> fresh;
    std::set_difference(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(gone));
    std::set_difference(second.begin(), second.end(), first.begin(), first.end(), std::back_inserter(fresh));
    std::string text;
    for (const auto& line : gone)
        text += "- " + line + "\n";
    for (const auto& line : fresh)
        text += "+ " + line + "\n";
    return text;
}

std::string findings_text(const plan::plan& p)
{
    std::string text;
    for (const auto& f : p.findings) {
        const auto severity = f.severity == plan::finding::severity_t::blocks  ? "blocks"
                              : f.severity == plan::finding::severity_t::warns ? "warns"
                                                                               : "notes";
        text += fmt::format("{} [{}] {} ({})\n", severity, f.tenant, f.what, f.hint);
    }
    return text;
}

plan::plan_settings with_pattern()
{
    plan::plan_settings settings;
    settings.database_pattern = unique_name("t") + "_{slug}";
    return settings;
}

plan::plan_request everything(plan::rows_wanted rows)
{
    plan::plan_request request;
    request.which.all_tables = true;
    request.rows = rows;
    request.title = "test";
    return request;
}

std::vector<model::table_name> table_names(const plan::plan& p)
{
    std::vector<model::table_name> names;
    for (const auto& table : p.tenants.at(0).tables)
        names.push_back(table.table);
    return names;
}

std::size_t jobs_of(const plan::plan& p, model::job_kind kind)
{
    return static_cast<std::size_t>(
        std::count_if(p.jobs.begin(), p.jobs.end(), [&](const auto& j) { return j.kind == kind; }));
}

plan::plan_settings municipal()
{
    auto settings = with_pattern();
    const auto tables = [](std::string_view names) {
        std::vector<model::table_name> list;
        for (const auto& name : text::split_list(names))
            list.push_back(*model::parse_table_name(name));
        return list;
    };
    settings.modules = model::module_map({
        {"educacao",
         "",
         tables("schools, students, teachers, school_classes, student_enrollments, ideb_data,"
                "scheduled_assessments, student_assessments"),
         {}},
        {"conteudo",
         "",
         tables("news, events, stories, campaign_banners, gallery_albums, live_streams, podcasts"),
         {}},
        {"ouvidoria", "", tables("ombudsman_protocols"), {}},
        {"rh", "", tables("employee_timeclock, employee_absences"), {}},
        {"comunicacao", "", tables("social_media_accounts, social_media_posts, social_media_api_keys"), {}},
    });
    settings.control_tables = tables("cities, profiles, roles, user_roles, secretarias");
    return settings;
}

plan::plan_request modules(std::vector<std::string> names, plan::rows_wanted rows)
{
    plan::plan_request request;
    request.which.modules = std::move(names);
    request.rows = rows;
    return request;
}

void fill_schools(const pg::dsn& source)
{
    shared_postgres().psql(R"(
        INSERT INTO cities (id, name, slug) VALUES ('7d9f0c1e-3d5b-4b89-9b0a-0f6b6f1d2c3a', 'Um', 'um'),
                                                   ('1b2c3d4e-0000-4000-8000-000000000002', 'Dois', 'dois');
        INSERT INTO schools (id, city_id, name, inep_code)
             VALUES ('00000000-0000-4000-8000-000000000001', NULL, 'a', '1'),
                    ('00000000-0000-4000-8000-000000000002', '7d9f0c1e-3d5b-4b89-9b0a-0f6b6f1d2c3a', 'b', '2');
        INSERT INTO students (city_id, school_id, full_name, birth_date, registration)
             SELECT CASE WHEN n > 3 THEN '7d9f0c1e-3d5b-4b89-9b0a-0f6b6f1d2c3a'::uuid END,
                    ('00000000-0000-4000-8000-00000000000' || CASE WHEN n > 3 THEN 2 ELSE 1 END)::uuid,
                    's' || n, '2010-01-01', 'r' || n FROM generate_series(1, 5) n;)",
                           source.database);
}

bool found(const plan::plan& p, plan::finding::severity_t severity, const std::string& words)
{
    return std::any_of(p.findings.begin(), p.findings.end(), [&](const auto& f) {
        return f.severity == severity && (f.what + " (" + f.hint + ")").find(words) != std::string::npos;
    });
}

const plan::table_plan& table_of(const plan::plan& p, const std::string& name, std::size_t tenant)
{
    for (const auto& table : p.tenants.at(tenant).tables)
        if (table.table.name == name) return table;
    throw std::runtime_error(name + " is not in the plan");
}

} // namespace tropeiro::test

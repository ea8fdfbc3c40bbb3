#include "tests/integration/scheduler/api/api_fixture.hpp"

#include "shared/rt/deadline.hpp"

namespace tropeiro::scheduler::api {
namespace {

constexpr const char* platform = R"sql(
CREATE TABLE cities (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, slug text NOT NULL UNIQUE,
                     logo_url text, db_url text);
CREATE TABLE profiles (id uuid PRIMARY KEY);
CREATE TABLE schools (id bigint PRIMARY KEY, city_id uuid REFERENCES cities, name text NOT NULL);
CREATE TABLE students (id bigint PRIMARY KEY, city_id uuid REFERENCES cities, school_id bigint REFERENCES schools,
                       profile_id uuid REFERENCES profiles, name text);
CREATE TABLE grades (id bigint PRIMARY KEY, note text);
INSERT INTO cities (id, name, slug) VALUES
    ('11111111-1111-1111-1111-111111111111', 'Recife', 'recife'),
    ('22222222-2222-2222-2222-222222222222', 'Olinda', 'olinda'),
    ('33333333-3333-3333-3333-333333333333', 'Afogados', 'afogados');
INSERT INTO schools SELECT n, CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN '11111111-1111-1111-1111-111111111111'::uuid
                                  ELSE '22222222-2222-2222-2222-222222222222' END, 'school ' || n
  FROM generate_series(1, 30) n;
INSERT INTO students SELECT n, s.city_id, s.id, NULL, 'student ' || n
  FROM generate_series(1, 300) n JOIN schools s ON s.id = 1 + n % 30;
ANALYZE;
)sql";

model::module module_of(std::string name, std::vector<std::string> tables)
{
    model::module out;
    out.name = std::move(name);
    out.description = "of the test";
    for (auto& table : tables) {
        model::table_name one;
        one.schema = "public";
        one.name = std::move(table);
        out.tables.push_back(std::move(one));
    }
    return out;
}

} // namespace

api_fixture::api_fixture()
{
    auto& server = test::shared_postgres();
    database = test::unique_name("api");
    prefix = database + "_";
    server.create_database(database);
    server.psql(platform, database);

    std::map<std::string, std::string> variables;
    variables["CONTROL_DB_URL"] = server.url(database);
    variables["SOURCE_DB_URL"] = server.url(database);
    variables["TARGET_ADMIN_URL"] = server.url();
    workspace.variables = config::environment(std::move(variables));
    workspace.source.legacy_slug = "afogados";
    workspace.target.database = prefix + "{slug}";
    for (const auto* name : {"cities", "profiles"}) {
        model::table_name one;
        one.schema = "public";
        one.name = name;
        workspace.control.tables.push_back(std::move(one));
    }
    workspace.modules =
        model::module_map({module_of("educacao", {"schools", "students"}), module_of("notas", {"grades"})});
    back = std::make_unique<backend>(loop.get_executor(), workspace);
    router = make_router(*back);
}

api_fixture::~api_fixture()
{
    stop_service();
    back->close();
}

json::value api_fixture::ask(std::string method, std::string path, json::value body,
                             std::map<std::string, std::string> query)
{
    const auto found = router.find(method, path);
    if (!found.found) throw failure(error_kind::not_found, "no route " + method + " " + path);
    http::request_context context;
    context.asked.method = std::move(method);
    context.asked.path = std::move(path);
    context.asked.query = std::move(query);
    if (!body.is_null()) context.asked.body = json::serialize(body);
    context.path_parameters = found.parameters;
    const auto answer = test::run_on(loop, found.found->handle(std::move(context)));
    EXPECT_TRUE(answer.ok()) << answer.body;
    return json::parse(answer.body);
}

error api_fixture::error_of(std::string method, std::string path, std::string_view body)
{
    try {
        const auto answer = ask(std::move(method), std::move(path), json::parse(body));
        ADD_FAILURE() << "no error but " << json::serialize(answer);
    } catch (const failure& e) {
        return e.what_went_wrong();
    }
    return {};
}

void api_fixture::start_service()
{
    dispatch::service_options options;
    options.control = back->control_dsn();
    options.source = back->source_dsn();
    test::shared_redis().command("FLUSHALL");
    back->use_redis(secret(test::shared_redis().socket_url()));
    options.redis = redis::parse_url(test::shared_redis().socket_url(), "test").value();
    service_ = std::make_unique<dispatch::scheduler_service>(loop.get_executor(), std::move(options));
    service_->start();
    back->use_scheduler(service_.get());
}

void api_fixture::stop_service()
{
    if (!service_) return;
    service_->stop();
    test::run_on(loop, service_->join());
    back->use_scheduler(nullptr);
    service_.reset();
}

void api_fixture::eventually(const std::function<bool()>& condition)
{
    for (const auto began = steady::now(); seconds_since(began) < 10;) {
        if (condition()) return;
        test::run_on(loop, rt::sleep_for(milliseconds(20)));
    }
    ADD_FAILURE() << "it did not come about within ten seconds";
}

std::string api_fixture::sql(const std::string& text) { return test::shared_postgres().psql(text, database); }

} // namespace tropeiro::scheduler::api

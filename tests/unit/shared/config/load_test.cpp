#include "folder.hpp"
#include "shared/config/load.hpp"
#include "shared/model/table_name.hpp"

#include <gtest/gtest.h>

namespace tropeiro::config {
namespace {

using test::folder;

constexpr std::string_view whole = R"(
[control]
url_env = ["CONTROL_DB_URL"]
cities = "app.cities"
tables = ["cities", "profiles"]

[source]
url_env = ["SUPABASE_DB_URL"]
tenant_column = "tenant_id"
legacy_slug = "afogados-da-ingazeira"

[target]
admin_url_env = ["NEON_ADMIN_URL"]
database = "city_{slug}"
placement = "database"

[publish]
db_url = "address"

[modules.saude]
description = "Health"
tables = ["patients"]

[modules.educacao]
description = "Schools"
tables = ["schools", "students", "public.student_notes", '"Odd schema"."Tábua"']

[modules.educacao.tenant]
student_notes = "via student_id -> students"
schools = "column owner_id"
'"Odd schema"."Tábua"' = "shared"

[redis]
url_env = ["MY_REDIS"]

[copy]
batch_rows = 1000
part_bytes = "1GB"
small_table_bytes = 4096
pass_tenants = 8
most_bad_rows = 50

[limits]
default = 4
"t:db.example:5432" = 2
"s:old.example:5432" = 0

[server]
url = "http://scheduler:7077"
listen = "0.0.0.0:8080"
token_env = "FLEET_TOKEN"
)";

TEST(load, reads_every_section)
{
    const folder here;
    here.write("tropeiro.toml", whole);
    const auto made = load(here.request());
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->control.cities, (model::table_name{"app", "cities"}));
    EXPECT_EQ(made->control.tables.size(), 2U);
    EXPECT_EQ(made->source.tenant_column, "tenant_id");
    EXPECT_EQ(made->source.legacy_slug, "afogados-da-ingazeira");
    EXPECT_EQ(made->target.database, "city_{slug}");
    EXPECT_EQ(made->redis.url_env, std::vector<std::string>{"MY_REDIS"});
    EXPECT_EQ(made->copy.batch_rows, 1000);
    EXPECT_EQ(made->copy.part_bytes, std::int64_t{1} << 30U);
    EXPECT_EQ(made->copy.small_table_bytes, 4096);
    EXPECT_EQ(made->copy.pass_tenants, 8);
    EXPECT_EQ(made->copy.most_bad_rows, 50);
    EXPECT_EQ(made->limits.per_server, 4);
    const std::map<std::string, std::int64_t> limits{{"t:db.example:5432", 2}, {"s:old.example:5432", 0}};
    EXPECT_EQ(made->limits.resources, limits);
    EXPECT_EQ(made->server.url, "http://scheduler:7077");
    EXPECT_EQ(made->directory, here.path());
}

TEST(load, modules_keep_the_order_of_the_file_and_their_rules)
{
    const folder here;
    here.write("tropeiro.toml", whole);
    const auto made = load(here.request());
    ASSERT_TRUE(made) << made.error().message;
    const auto& modules = made->modules.modules();
    ASSERT_EQ(modules.size(), 2U);
    EXPECT_EQ(modules[0].name, "saude");
    EXPECT_EQ(modules[1].name, "educacao");
    EXPECT_EQ(modules[1].tables[3], (model::table_name{"Odd schema", "Tábua"}));
    const auto& rule = modules[1].rules.at(model::table_name{"public", "student_notes"});
    EXPECT_EQ(rule.kind, model::tenant_rule::kind_t::path);
    EXPECT_EQ(rule.linked, (model::table_name{"public", "students"}));
    EXPECT_EQ(modules[1].rules.at(model::table_name{"Odd schema", "Tábua"}).kind,
              model::tenant_rule::kind_t::shared);
}

TEST(load, without_a_file_everything_is_as_documented)
{
    const folder here;
    const auto made = load(here.request());
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_TRUE(made->file.empty());
    EXPECT_EQ(made->source.url_env, (std::vector<std::string>{"SOURCE_DB_URL", "SUPABASE_DB_URL"}));
    EXPECT_EQ(made->control.url_env, (std::vector<std::string>{"CONTROL_DB_URL", "TENANT_DB_URL"}));
    EXPECT_EQ(made->target.admin_url_env, (std::vector<std::string>{"TARGET_ADMIN_URL", "NEON_ADMIN_URL"}));
    EXPECT_EQ(made->copy.batch_rows, 50'000);
    EXPECT_EQ(made->copy.part_bytes, 268'435'456);
    EXPECT_EQ(made->copy.small_table_bytes, 8'388'608);
    EXPECT_EQ(made->limits.per_server, 8);
    EXPECT_EQ(made->target.database, "conecta_{slug}");
    EXPECT_EQ(made->server.listen, "127.0.0.1:7077");
}

TEST(load, all_faults_come_at_once_each_with_its_place)
{
    const folder here;
    here.write(".env", "GOOD=1\nno equals sign\n");
    EXPECT_EQ(
        here.faults_of_file("[copy]\nbatch_row = 5\nbatch_rows = \"many\"\n[publish]\ndb_url = \"all\"\n"),
        "tropeiro.toml:2:1: unknown key \"batch_row\" in [copy]; did you mean \"batch_rows\"?\n"
        "tropeiro.toml:3:14: copy.batch_rows must be a whole number\n"
        "tropeiro.toml:5:10: publish.db_url must be \"address\" (without credentials)\n"
        ".env:2:4: \"=\" is expected after no");
}

TEST(load, a_syntax_error_has_its_place)
{
    const folder here;
    const auto faults = here.faults_of_file("[copy]\nbatch_rows = \n");
    EXPECT_TRUE(faults.starts_with("tropeiro.toml:2:")) << faults;
}

TEST(load, unknown_sections_and_keys_are_errors_with_a_suggestion)
{
    const folder here;
    EXPECT_EQ(here.faults_of_file("[contrl]\ntables = []\n"),
              "tropeiro.toml:1:2: unknown section \"contrl\"; did you mean \"control\"?");
    EXPECT_EQ(here.faults_of_file("[modules.a]\ntables = [\"x\"]\ndescriptoin = \"d\"\n"),
              "tropeiro.toml:3:1: unknown key \"descriptoin\" in [modules.a]; did you mean \"description\"?");
    EXPECT_EQ(here.faults_of_file("speed = 3\n"),
              "tropeiro.toml:1:1: unknown key \"speed\"; known are control, source, "
              "target, publish, redis, copy, limits, server, modules");
    EXPECT_EQ(here.faults_of_file("[limits]\n\"db.example\" = 3\n"),
              "tropeiro.toml:2:1: unknown key \"db.example\" in [limits]; limits are \"default\", "
              "\"t:HOST:PORT\" and "
              "\"s:HOST:PORT\"");
}

TEST(load, a_connection_string_in_the_file_is_refused_without_repeating_it)
{
    const folder here;
    const auto faults = here.faults_of_file("[source]\nurl = \"postgresql://u:hunter2@h/db\"\n");
    EXPECT_EQ(faults,
              "tropeiro.toml:2:1: unknown key \"url\" in [source]; connection strings stay out of this file: "
              "url_env names the variables that hold one");
}

TEST(load, schemas_as_placement_are_not_available_yet)
{
    const folder here;
    const auto faults = here.faults_of_file("[target]\nplacement = \"schema\"\nschema = \"tenant_{slug}\"\n");
    EXPECT_NE(faults.find("tropeiro.toml:2:13: target.placement \"schema\" is not available yet"),
              std::string::npos);
    EXPECT_NE(faults.find("tropeiro.toml:3:10: target.schema tenants as schemas are not available yet"),
              std::string::npos);
}

TEST(load, publishing_credentials_is_not_available_yet)
{
    const folder here;
    EXPECT_EQ(here.faults_of_file("[publish]\ndb_url = \"full\"\n"),
              "tropeiro.toml:2:10: publish.db_url \"full\" is not available yet; write \"address\": without "
              "credentials");
    EXPECT_EQ(here.faults_of_file("[publish]\ndb_url = \"address\"\n"), "");
}

TEST(load, module_faults_point_to_the_table_or_rule)
{
    const folder here;
    EXPECT_EQ(here.faults_of_file(
                  "[modules.a]\ntables = [\"x\", \"y\"]\n[modules.b]\ntables = [\"z\",\n  \"x\"]\n"),
              "tropeiro.toml:5:3: table \"x\" stands in modules \"a\" and \"b\"; a table belongs to one");
    EXPECT_EQ(here.faults_of_file("[modules.a]\ndescription = \"none\"\n"),
              "tropeiro.toml:1:10: module \"a\" has no tables");
    EXPECT_EQ(
        here.faults_of_file("[modules.a]\ntables = [\"notes\"]\n[modules.a.tenant]\nnote = \"shared\"\n"),
        "tropeiro.toml:4:1: module \"a\" has a tenant rule for \"note\", which is not one of its tables; did "
        "you "
        "mean \"notes\"?");
    EXPECT_EQ(
        here.faults_of_file("[modules.a]\ntables = [\"notes\"]\n[modules.a.tenant]\nnotes = \"through x\"\n"),
        "tropeiro.toml:4:9: \"through x\" is not a tenant rule; write \"shared\", \"column NAME\" or \"via "
        "COLUMN[, COLUMN] -> TABLE\"");
    EXPECT_TRUE(here.faults_of_file("[modules.a]\ntables = [\"ok\",\n \"a b.c.d\"]\n")
                    .starts_with("tropeiro.toml:3:2: "));
}

TEST(load, values_that_cannot_work_are_found_before_anything_runs)
{
    const folder here;
    EXPECT_EQ(
        here.faults_of_file("[target]\ndatabase = \"conecta\"\n"),
        "tropeiro.toml:2:12: target.database must contain {slug}, else all tenants would share one database");
    EXPECT_EQ(here.faults_of_file("[target]\ndatabase = \"{slug}_{id}\"\n"),
              "tropeiro.toml:2:12: target.database knows no other placeholder than {slug}");
    EXPECT_EQ(here.faults_of_file("[server]\nlisten = \"7077\"\nurl = \"scheduler:7077\"\n"),
              "tropeiro.toml:3:7: server.url must begin with http://\n"
              "tropeiro.toml:2:10: server.listen must be ADDRESS:PORT, as in \"127.0.0.1:7077\"");
    EXPECT_EQ(here.faults_of_file("[copy]\nbatch_rows = 0\npart_bytes = \"1 mile\"\n"),
              "tropeiro.toml:2:14: copy.batch_rows must be at least 1\n"
              "tropeiro.toml:3:14: copy.part_bytes must be a size like \"256MB\" (units B, kB, MB, GB, TB)");
    EXPECT_EQ(here.faults_of_file("[copy]\npass_tenants = 65\n"),
              "tropeiro.toml:2:16: copy.pass_tenants must be at most 64");
    EXPECT_EQ(here.faults_of_file("[limits]\n\"t:db:5432\" = -1\n"),
              "tropeiro.toml:2:15: limits.t:db:5432 must be at least 0");
}

TEST(load, environment_beats_dotenv_beats_the_file)
{
    const folder here;
    here.write("tropeiro.toml", "[copy]\nbatch_rows = 1\n");
    auto request = here.request();
    const auto rows = [&] {
        const auto made = load(request);
        return made ? made->copy.batch_rows : -1;
    };
    EXPECT_EQ(rows(), 1);
    here.write(".env", "TROPEIRO_COPY_BATCH_ROWS=2\n");
    EXPECT_EQ(rows(), 2);
    request.process = environment(std::map<std::string, std::string>{{"TROPEIRO_COPY_BATCH_ROWS", "3"}});
    EXPECT_EQ(rows(), 3);
}

TEST(load, a_list_can_be_given_as_a_variable)
{
    const folder here;
    auto request = here.request();
    request.process =
        environment(std::map<std::string, std::string>{{"TROPEIRO_CONTROL_TABLES", "cities, auth.users"}});
    const auto made = load(request);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->control.tables[1], (model::table_name{"auth", "users"}));
}

TEST(load, faults_of_variables_name_their_origin)
{
    const folder here;
    auto request = here.request();
    request.process = environment({{"TROPEIRO_COPY_BATCH_ROWS", "x"}, {"TROPEIRO_COPY_PARTBYTES", "1GB"}});
    EXPECT_EQ(here.faults(request),
              "TROPEIRO_COPY_BATCH_ROWS: copy.batch_rows must be a whole number\n"
              "unknown variable \"TROPEIRO_COPY_PARTBYTES\"; did you mean \"TROPEIRO_COPY_PART_BYTES\"?");
}

TEST(load, a_named_file_that_is_not_there_is_an_error)
{
    const folder here;
    auto request = here.request();
    request.file = here.path() / "other.toml";
    EXPECT_EQ(here.faults(request), "other.toml: the workspace file cannot be read");
}

TEST(load, paths_and_dotenv_are_relative_to_the_file_not_to_the_working_directory)
{
    const folder here;
    std::filesystem::create_directories(here.path() / "city");
    here.write("city/tropeiro.toml", "");
    here.write("city/.env", "REDIS_URL=redis://h\n");
    auto request = here.request();
    request.file = here.path() / "city" / "tropeiro.toml";
    const auto made = load(request);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->directory, here.path() / "city");
    ASSERT_TRUE(made->redis_url());
    EXPECT_EQ(made->redis_url()->value.reveal(), "redis://h");
}

} // namespace
} // namespace tropeiro::config

// Faults that people make and machines have: the error names the thing and the way out, the exit code says
// which kind it is, and the same command completes after the repair.
#include "shared/base/text.hpp"
#include "tests/system/fleet/fleet.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

namespace tropeiro::test {
namespace {

void expect_said(const finished& run, int exit, const std::vector<std::string>& words)
{
    EXPECT_EQ(run.exit, exit) << said(run);
    for (const auto& word : words)
        EXPECT_NE(said(run).find(word), std::string::npos) << word << " in:\n" << said(run);
}

/// The target asks this role for a password from now on; everybody else is let in as before.
void demand_password(const std::string& role)
{
    auto& target = servers().target;
    target.psql(fmt::format("CREATE ROLE {} LOGIN SUPERUSER PASSWORD 'right'", role));
    const std::filesystem::path rules(std::string(text::trim(target.psql("SHOW hba_file"))));
    const auto before = read_file(rules.string());
    std::ofstream(rules) << "host all " << role << " 127.0.0.1/32 scram-sha-256\n" << before;
    target.psql("SELECT pg_reload_conf()");
}

TEST(trouble, a_wrong_password_names_the_server_and_the_user_and_never_the_password)
{
    fleet f("password");
    demand_password("guarded");
    const auto provision = [&](const std::string& password) {
        const auto url =
            fmt::format("postgresql://guarded:{}@127.0.0.1:{}/postgres", password, servers().target.port());
        return f.embedded({"tenant", "provision", "salvador", "--rows", "own"}, {{"TARGET_ADMIN_URL", url}});
    };
    const auto refused = provision("s3cr3t-word");
    expect_said(refused, 69,
                {"guarded", fmt::format("127.0.0.1:{}", servers().target.port()), "tropeiro check"});
    EXPECT_EQ(said(refused).find("s3cr3t-word"), std::string::npos) << said(refused);
    const auto done = provision("right");
    EXPECT_EQ(done.exit, 0) << said(done);
    EXPECT_EQ(f.differences("salvador"), "");
}

TEST(trouble, an_unreachable_host_is_exit_69)
{
    fleet f("host");
    const auto run = f.embedded({"rollout", "plan", "--tenants", "recife"},
                                {{"TARGET_ADMIN_URL", "postgresql://postgres@127.0.0.1:1/postgres"}});
    expect_said(run, 69, {"127.0.0.1:1", "host and port"});
}

TEST(trouble, a_redis_that_does_not_answer_is_exit_69_before_anything_begins)
{
    fleet f("noredis");
    const auto run =
        f.embedded({"rollout", "start", "--tenants", "recife"}, {{"REDIS_URL", "redis://127.0.0.1:1/0"}});
    expect_said(run, 69, {"127.0.0.1:1"});
    EXPECT_EQ(f.in_source("SELECT count(*) FROM tropeiro.rollout"), "0");
}

TEST(trouble, a_redis_that_dies_under_a_command_is_said_and_waited_for)
{
    fleet f("redisgone");
    auto provisioning = std::async(std::launch::async, [&] {
        return f.embedded({"tenant", "provision", "salvador", "--rows", "own"},
                          {{"REDIS_URL", f.redis().url()}});
    });
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (f.in_source("SELECT count(*) FROM tropeiro.rollout") == "0" &&
           std::chrono::steady_clock::now() < give_up)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    f.redis().kill9();
    std::this_thread::sleep_for(std::chrono::seconds(8));
    f.redis().start(); // by the thread that stays: it ends with the one that started it
    const auto run = provisioning.get();
    expect_said(run, 0, {"the queue is not kept up: ", "the queue is kept up again"});
    EXPECT_EQ(f.differences("salvador"), "");
}

TEST(trouble, a_city_that_does_not_exist_is_exit_4)
{
    fleet f("city");
    expect_said(f.embedded({"tenant", "provision", "atlantis"}), 4,
                {"City not found in cities table", "atlantis"});
}

TEST(trouble, an_unknown_module_is_named_with_the_nearest)
{
    fleet f("module");
    expect_said(f.embedded({"tenant", "provision", "recife", "--modules", "educacoa"}), 4,
                {"educacoa", "educacao"});
}

TEST(trouble, the_rows_without_a_city_go_to_the_city_that_the_workspace_names)
{
    fleet f("legacy");
    expect_said(f.embedded({"tenant", "provision", "recife", "--from-legacy"}), 6,
                {"afogados-da-ingazeira's, not recife's", "legacy_slug"});
    const auto plan = f.embedded({"rollout", "plan", "--tenants", "afogados-da-ingazeira"});
    expect_said(
        plan, 6,
        {"which do not come with rows of its id", "tenant provision afogados-da-ingazeira --from-legacy"});
    ASSERT_EQ(f.embedded({"tenant", "provision", "afogados-da-ingazeira", "--from-legacy"}).exit, 0);
    const auto again = f.embedded({"rollout", "plan", "--tenants", "afogados-da-ingazeira"});
    EXPECT_EQ(again.exit, 0) << said(again); // there is nothing left to bring
}

TEST(trouble, a_new_control_database_is_made_ready_though_no_server_answers)
{
    fleet f("init");
    f.in_source("DROP SCHEMA tropeiro CASCADE");
    expect_said(f.cli({"rollout", "list"}), 69, {"127.0.0.1"});
    const std::map<std::string, std::string> without{{"CONTROL_DB_URL", ""}};
    expect_said(f.cli({"init"}, without), 69,
                {"does not answer", "control database's address in CONTROL_DB_URL"});
    expect_said(f.cli({"serve"}, without), 1,
                {"run tropeiro init", "CONTROL_DB_URL `tropeiro init` asks no server"});
    expect_said(f.cli({"init"}), 0, {"control schema version"});
    f.start_scheduler();
    EXPECT_EQ(f.cli({"rollout", "list"}).exit, 0);
}

TEST(trouble, a_missing_connection_string_names_its_variables)
{
    fleet f("missing");
    const auto run = f.embedded({"rollout", "plan", "--tenants", "recife"}, {{"TARGET_ADMIN_URL", ""}});
    expect_said(run, 2, {"Connection string not provided", "TARGET_ADMIN_URL", "NEON_ADMIN_URL"});
}

TEST(trouble, a_limit_that_is_no_number_is_exit_2)
{
    fleet f("limit");
    expect_said(f.embedded({"limit", "set", "t:db.example:5432=abc"}), 2,
                {"N is \"abc\"", "a whole number from 0 on"});
    expect_said(f.embedded({"limit", "set", "db.example:5432=4"}), 2, {"t:HOST:PORT", "t:*"});
}

TEST(trouble, a_malformed_workspace_names_every_line)
{
    fleet f("toml");
    f.directory().write("tropeiro.toml",
                        "[control]\ncitties = \"public.cities\"\n[copy]\nbatch_rows = \"many\"\n");
    const auto run = f.embedded({"module", "list"});
    expect_said(run, 2, {"tropeiro.toml:2", "citties", "cities", "tropeiro.toml:4", "batch_rows"});
}

TEST(trouble, a_table_without_privileges_is_found_by_the_plan)
{
    fleet f("rights");
    auto& source = servers().source;
    const auto role = f.source_database() + "_reader";
    source.psql(fmt::format("CREATE ROLE {0} LOGIN BYPASSRLS; GRANT USAGE ON SCHEMA public TO {0};"
                            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {0};"
                            "REVOKE SELECT ON public.students FROM {0};",
                            role),
                f.source_database());
    const auto url = fmt::format("postgresql://{}@127.0.0.1:{}/{}", role, source.port(), f.source_database());
    const auto provision = [&] {
        return f.embedded({"tenant", "provision", "recife", "--rows", "own", "--create-roles"},
                          {{"SOURCE_DB_URL", url}});
    };
    expect_said(provision(), 6, {"students", "GRANT SELECT ON students"});
    source.psql(fmt::format("GRANT SELECT ON public.students TO {0}", role), f.source_database());
    expect_said(provision(), 6, {"ombudsman_protocol_number_seq", "GRANT SELECT ON SEQUENCE"});
    source.psql(fmt::format("GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {0}", role),
                f.source_database());
    const auto done = provision();
    EXPECT_EQ(done.exit, 0) << said(done);
    EXPECT_EQ(f.differences("recife"), "");
}

TEST(trouble, rows_that_nobody_brought_are_refused_and_truncate_replaces_them)
{
    fleet f("rows");
    ASSERT_EQ(f.embedded({"tenant", "provision", "salvador"}).exit, 0);
    const auto database = f.source_database() + "_salvador";
    servers().target.psql("INSERT INTO api_cache SELECT * FROM api_cache LIMIT 0; "
                          "DELETE FROM tropeiro.table_ledger",
                          database);
    ASSERT_EQ(f.embedded({"tenant", "provision", "salvador", "--rows", "own", "--truncate", "--yes"}).exit,
              0);
    servers().target.psql("DELETE FROM tropeiro.table_ledger", database);
    expect_said(f.embedded({"tenant", "provision", "salvador", "--rows", "own"}), 6,
                {"--truncate", "--merge"});
    EXPECT_EQ(f.embedded({"tenant", "provision", "salvador", "--rows", "own", "--truncate", "--yes"}).exit,
              0);
    EXPECT_EQ(f.differences("salvador"), "");
}

TEST(trouble, output_that_cannot_be_written_is_no_success)
{
    for (const auto* nowhere : {">/dev/full", ">&-"}) {
        const auto run = run_program({"sh", "-c", program("tropeiro") + " --help " + nowhere}, {},
                                     std::chrono::seconds(60));
        expect_said(run, 1, {"could not be written"});
    }
    EXPECT_EQ(run_program({program("tropeiro"), "--help"}, {}, std::chrono::seconds(60)).exit, 0);
}

TEST(trouble, a_second_run_copies_nothing)
{
    fleet f("twice");
    ASSERT_EQ(f.embedded({"tenant", "provision", "afogados-da-ingazeira", "--from-legacy"}).exit, 0);
    const auto before = f.rows_inserted("afogados-da-ingazeira");
    // Nor does it need a queue.
    const auto again = f.embedded({"tenant", "provision", "afogados-da-ingazeira", "--from-legacy"},
                                  {{"REDIS_URL", "redis://127.0.0.1:1/0"}});
    expect_said(again, 0, {"othing"});
    EXPECT_EQ(f.rows_inserted("afogados-da-ingazeira"), before);
    EXPECT_EQ(f.differences("afogados-da-ingazeira"), "");
}

TEST(trouble, tables_that_somebody_dropped_come_back_with_their_rows)
{
    fleet f("dropped");
    const std::vector<std::string> provision{"tenant", "provision", "recife", "--rows", "own"};
    ASSERT_EQ(f.embedded(provision).exit, 0);
    f.in_city("recife", "DROP TABLE podcasts, students CASCADE");
    const auto again = f.embedded(provision);
    EXPECT_EQ(again.exit, 0) << said(again);
    EXPECT_EQ(f.differences("recife"), "");
    const auto keys = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated AND "
                      "confrelid = 'students'::regclass";
    EXPECT_NE(f.in_city("recife", keys), "0");
    EXPECT_EQ(f.in_city("recife", keys), f.in_source(keys));
}

TEST(trouble, a_foreign_key_cycle_arrives)
{
    fleet f("cycle");
    servers().source.psql(
        "ALTER TABLE schools ADD COLUMN lead_teacher uuid; "
        "ALTER TABLE schools ADD CONSTRAINT schools_lead_teacher_fkey FOREIGN KEY (lead_teacher) "
        "REFERENCES teachers (id)",
        f.source_database());
    const auto run = f.embedded({"tenant", "provision", "recife", "--rows", "own"});
    EXPECT_EQ(run.exit, 0) << said(run);
    const auto keys = servers().target.psql(
        "SELECT count(*) FROM pg_constraint WHERE conname = 'schools_lead_teacher_fkey'",
        f.source_database() + "_recife");
    EXPECT_EQ(keys.substr(0, 1), "1");
}

} // namespace
} // namespace tropeiro::test

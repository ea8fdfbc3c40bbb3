// The CRM example: an application keeps its database, a tenant's thirteen tables move to one of their own.
#include "shared/base/text.hpp"
#include "tests/system/fleet/fleet.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::test {
namespace {

using testing::HasSubstr;

const std::vector<std::string> business_tables = text::split_list(
    "accounts,contacts,contact_accounts,leads,opportunities,opportunity_line_items,locations,events,"
    "event_dates,tasks,notes,attachments,communications");

class crm : public testing::Test {
  protected:
    crm() : source(unique_name("crm")), target(source + "_aurora_events")
    {
        servers().source.create_database(source);
        for (const auto* file : {"examples/crm/schema.sql", "examples/crm/data.sql"})
            servers().source.psql(read_file(project_file(file)), source);
        const auto toml = read_file(project_file("examples/crm/tropeiro.toml"));
        dir.write("tropeiro.toml", text::replace_all(toml, "crm_{slug}", source + "_{slug}"));
        succeed({"init"});
    }

    finished tropeiro(std::vector<std::string> args)
    {
        spawn_options options;
        options.env = {{"SOURCE_DB_URL", servers().source.url(source)},
                       {"CONTROL_DB_URL", servers().source.url(source)},
                       {"TARGET_ADMIN_URL", servers().target.url()}};
        options.unset = {"REDIS_URL"};
        options.working_dir = dir.string();
        args.insert(args.begin(), program("tropeiro"));
        return run_program(std::move(args), options, std::chrono::seconds(120));
    }

    finished succeed(std::vector<std::string> args)
    {
        auto run = tropeiro(std::move(args));
        EXPECT_EQ(run.exit, 0) << run.out << run.err;
        return run;
    }

    std::string source;
    std::string target;
    temp_dir dir;
};

TEST_F(crm, moves_whole_253_rows_without_a_loss)
{
    const auto run = succeed({"tenant", "provision", "aurora-events", "--rows", "own"});
    EXPECT_THAT(run.err, HasSubstr("253 rows copied"));
    EXPECT_EQ(hashes_of(servers().target, target, business_tables, "true"),
              hashes_of(servers().source, source, business_tables, "true"));
    const auto kept =
        servers().target.psql("SELECT string_agg(relname, ',') FROM pg_class WHERE relkind = 'r' AND "
                              "relname IN ('tenants', 'users', 'audit_log')",
                              target);
    EXPECT_EQ(text::trim(kept), "") << "the application's tables stay";
    const auto secured =
        "SELECT count(*) FROM pg_policy JOIN pg_class c ON c.oid = polrelid WHERE relrowsecurity";
    EXPECT_EQ(text::trim(servers().target.psql(secured, target)), "10");
    EXPECT_THAT(succeed({"data", "verify", "--tenants", "aurora-events"}).err, HasSubstr("13 same"));
    EXPECT_THAT(succeed({"data", "verify", "--tenants", "aurora-events", "--source"}).err,
                HasSubstr("13 same"));
}

TEST_F(crm, the_plan_names_the_two_ways_that_could_be_taken_and_the_keys_that_stay)
{
    const auto plan = succeed({"rollout", "plan", "--tenants", "aurora-events"});
    for (const auto* table : {"contact_accounts", "event_dates"})
        EXPECT_THAT(plan.out + plan.err,
                    testing::ContainsRegex("table \"" + std::string(table) +
                                           "\" finds its tenants along .*; equally short: "));
    EXPECT_THAT(plan.out, HasSubstr("Foreign keys left out (10)"));
    EXPECT_THAT(plan.out, HasSubstr("accounts_tenant_id_fkey"));
    EXPECT_EQ(servers().target.psql("SELECT count(*) FROM pg_database WHERE datname = '" + target + "'"),
              "0\n");
}

TEST_F(crm, policies_hold_for_those_who_come_through_them)
{
    succeed({"tenant", "provision", "aurora-events", "--rows", "own"});
    const auto app = source + "_app";
    servers().target.psql("CREATE ROLE " + app + "; GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + app,
                          target);
    const auto rows_for = [&](const std::string& tenant) {
        const auto said = servers().target.psql("SET ROLE " + app + "; SET app.tenant_id = '" + tenant +
                                                    "'; SELECT 'rows ' || count(*) FROM accounts",
                                                target);
        return said.substr(said.find("rows "));
    };
    const auto found = servers().source.psql("SELECT id FROM tenants WHERE slug = 'aurora-events'", source);
    EXPECT_EQ(rows_for(std::string(text::trim(found))), "rows 13\n");
    EXPECT_EQ(rows_for("00000000-0000-4000-8000-000000000000"), "rows 0\n");
}

TEST_F(crm, a_tenant_without_rows_gets_the_tables_alone)
{
    succeed({"tenant", "provision", "boreal-halls", "--rows", "own"});
    const auto hashes = hashes_of(servers().target, source + "_boreal_halls", business_tables, "true");
    EXPECT_EQ(hashes.size(), business_tables.size());
    for (const auto& [table, hash] : hashes)
        EXPECT_EQ(hash, "0") << table;
}

} // namespace
} // namespace tropeiro::test

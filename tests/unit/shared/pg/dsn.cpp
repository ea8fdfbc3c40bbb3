#include "shared/pg/dsn.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tropeiro::pg {
namespace {

dsn parsed(std::string_view text) { return parse_dsn(text, "SOURCE_DB_URL").value(); }

std::string variable(const dsn& d, std::string_view name)
{
    for (const auto& [key, value] : d.environment())
        if (key == name) return value;
    return "(unset)";
}

TEST(dsn, reads_a_url_with_encoded_characters)
{
    const auto d = parsed("postgresql://an%40na:p%40ss%2Fword@db.example:6432/my%20db?sslmode=require");
    EXPECT_EQ(d.host, "db.example");
    EXPECT_EQ(d.port, "6432");
    EXPECT_EQ(d.user, "an@na");
    EXPECT_EQ(d.password.reveal(), "p@ss/word");
    EXPECT_EQ(d.database, "my db");
    EXPECT_EQ(d.options.at("sslmode"), "require");
}

TEST(dsn, reads_keywords)
{
    const auto d = parsed("host=/run/postgresql dbname=conecta user=ana connect_timeout=3");
    EXPECT_EQ(d.host, "/run/postgresql");
    EXPECT_EQ(d.database, "conecta");
    EXPECT_EQ(d.options.at("connect_timeout"), "3");
}

TEST(dsn, display_parses_again_and_never_shows_the_password)
{
    for (const auto* text :
         {"postgresql://ana:hush@db:6432/x", "postgresql://an%40na:hush@[::1]:5432/my%20db",
          "host=/run/pg user=ana password=hush dbname=x port=5433", "postgresql://ana:hush@a:1,b:2/x"}) {
        const auto d = parsed(text);
        EXPECT_EQ(d.display().find("hush"), std::string::npos) << d.display();
        const auto again = parsed(d.display());
        EXPECT_EQ(again.host, d.host) << d.display();
        EXPECT_EQ(again.user, d.user);
        EXPECT_EQ(again.database, d.database);
        EXPECT_EQ(again.server(), d.server());
        EXPECT_TRUE(again.password.empty());
    }
}

TEST(dsn, a_server_has_one_name_whatever_is_left_out)
{
    EXPECT_EQ(parsed("postgresql:///x").server(), "localhost:5432");
    EXPECT_EQ(parsed("postgresql://db/x").server(), "db:5432");
    EXPECT_EQ(parsed("postgresql://[::1]/x").server(), "[::1]:5432");
    EXPECT_EQ(parsed("host=/run/pg dbname=x").server(), "/run/pg:5432");
    EXPECT_EQ(parsed("postgresql://a,b:2/x").server(), "a:5432,b:2");
    EXPECT_EQ(parsed("postgresql://ana:hush@db/x").where(), "db:5432/x");
}

TEST(dsn, without_credentials_shows_neither_user_nor_password)
{
    EXPECT_EQ(parsed("postgresql://ana:hush@db:6432/x").without_credentials(), "postgresql://db:6432/x");
    EXPECT_EQ(parsed("postgresql://ana:hush@db:6432/x").display(), "postgresql://ana@db:6432/x");
}

TEST(dsn, another_database_keeps_server_user_and_options)
{
    const auto d = parsed("postgresql://ana:hush@db:6432/x?sslmode=require").with_database("tenant_1");
    EXPECT_EQ(d.database, "tenant_1");
    EXPECT_EQ(d.password.reveal(), "hush");
    EXPECT_EQ(d.display(), "postgresql://ana@db:6432/tenant_1");
    EXPECT_EQ(d.options.at("sslmode"), "require");
}

TEST(dsn, child_programs_get_everything_in_the_environment)
{
    const auto d = parsed("postgresql://ana:hush@db:6432/x?sslmode=require");
    EXPECT_EQ(variable(d, "PGHOST"), "db");
    EXPECT_EQ(variable(d, "PGPORT"), "6432");
    EXPECT_EQ(variable(d, "PGUSER"), "ana");
    EXPECT_EQ(variable(d, "PGDATABASE"), "x");
    EXPECT_EQ(variable(d, "PGPASSWORD"), "hush");
    EXPECT_EQ(variable(d, "PGSSLMODE"), "require");
    EXPECT_EQ(variable(parsed("postgresql:///x"), "PGPASSWORD"), "(unset)");
}

TEST(dsn, an_error_names_the_setting_and_never_repeats_the_text)
{
    for (const auto* text :
         {"hush", "postgresql://ana:hush@db:notaport/x", "postgresql://ana:hush@db:99999/x",
          "mysql://ana:hush@db/x", "postgresql://ana:hush@db/x?hush=1", "host=db hush"}) {
        const auto bad = parse_dsn(text, "SOURCE_DB_URL");
        ASSERT_FALSE(bad.has_value()) << text;
        const auto& e = bad.error();
        EXPECT_EQ(e.kind, error_kind::usage);
        EXPECT_NE(e.message.find("SOURCE_DB_URL"), std::string::npos) << e.message;
        EXPECT_EQ((e.message + e.hint).find("hush"), std::string::npos) << e.message;
    }
}

TEST(dsn, an_empty_text_says_so)
{
    EXPECT_EQ(parse_dsn("  ", "control.url").error().message, "control.url is empty");
}

} // namespace
} // namespace tropeiro::pg

#include "folder.hpp"
#include "shared/config/environment.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace tropeiro::config {
namespace {

using test::folder;

environment parsed(std::string_view text)
{
    std::vector<std::string> faults;
    auto out = parse_dotenv(text, ".env", faults);
    EXPECT_TRUE(faults.empty()) << faults.front();
    return out;
}

std::string fault_of(std::string_view text)
{
    std::vector<std::string> faults;
    parse_dotenv(text, ".env", faults);
    return faults.size() == 1 ? faults.front() : "not one fault";
}

TEST(dotenv, reads_plain_exported_and_quoted_values)
{
    const auto got = parsed("# comment\n\nA=1\nexport B = two words  # note\nC='single # $HOME \\n'\n"
                            "D=\"tab\\there \\\"x\\\"\" # note\nE=\r\nF=postgresql://u:p#w@h/db?x=$y\n");
    EXPECT_EQ(got.get("A"), "1");
    EXPECT_EQ(got.get("B"), "two words");
    EXPECT_EQ(got.get("C"), "single # $HOME \\n");
    EXPECT_EQ(got.get("D"), "tab\there \"x\"");
    EXPECT_FALSE(got.get("E"));
    EXPECT_EQ(got.get("F"), "postgresql://u:p#w@h/db?x=$y");
}

TEST(dotenv, windows_line_ends_and_a_byte_order_mark_are_no_trouble)
{
    const auto got = parsed("\xEF\xBB\xBF"
                            "A=1\r\nB=\"2\"\r\n");
    EXPECT_EQ(got.get("A"), "1");
    EXPECT_EQ(got.get("B"), "2");
}

TEST(dotenv, the_last_of_two_values_counts) { EXPECT_EQ(parsed("A=1\nA=2\n").get("A"), "2"); }

TEST(dotenv, faults_have_line_and_column_and_never_the_text)
{
    EXPECT_EQ(fault_of("A=1\n9B=2\n"),
              ".env:2:1: a variable name is expected: letters, digits and _, not beginning "
              "with a digit");
    EXPECT_EQ(fault_of("A hunter2"), ".env:1:3: \"=\" is expected after A");
    EXPECT_EQ(fault_of("A=\"hunter2\n"), ".env:1:3: the quote is not closed on this line");
    EXPECT_EQ(fault_of("A='x' hunter2\n"), ".env:1:7: only a comment may follow the closing quote");
}

TEST(environment, an_empty_value_counts_as_unset_and_hides_nothing)
{
    const environment weak({{"A", "1"}, {"B", "2"}});
    const auto both = weak.overlaid_by(environment({{"A", ""}, {"B", "3"}}));
    EXPECT_EQ(both.get("A"), "1");
    EXPECT_EQ(both.get("B"), "3");
}

TEST(environment, of_the_process_is_read)
{
    ::setenv("TROPEIRO_UNIT_TEST", "here=1", 1);
    EXPECT_EQ(process_environment().get("TROPEIRO_UNIT_TEST"), "here=1");
}

workspace with(std::map<std::string, std::string> variables)
{
    workspace made;
    made.directory = "city";
    made.variables = environment(std::move(variables));
    return made;
}

TEST(connection_strings, the_first_variable_that_is_set_is_taken_and_named)
{
    const auto url =
        with({{"SUPABASE_DB_URL", "postgresql://b"}, {"SOURCE_DB_URL", "postgresql://a"}}).source_url();
    ASSERT_TRUE(url);
    EXPECT_EQ(url->variable, "SOURCE_DB_URL");
    EXPECT_EQ(url->value.reveal(), "postgresql://a");
    EXPECT_EQ(with({{"SUPABASE_DB_URL", "b"}}).source_url()->variable, "SUPABASE_DB_URL");
    EXPECT_EQ(with({{"NEON_ADMIN_URL", "c"}}).target_admin_url()->variable, "NEON_ADMIN_URL");
    EXPECT_EQ(with({{"TENANT_DB_URL", "d"}}).control_url()->variable, "TENANT_DB_URL");
}

TEST(connection_strings, a_missing_one_names_its_variables_and_the_way_out)
{
    const auto url = with({}).source_url();
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().kind, error_kind::usage);
    EXPECT_EQ(url.error().message,
              "Connection string not provided: set SOURCE_DB_URL or SUPABASE_DB_URL for the source database");
    EXPECT_EQ(url.error().hint, "export it or write it into city/.env: "
                                "SOURCE_DB_URL=postgresql://user:password@host:5432/database");
    const auto other = with({}).connection_string({"FINANCE_DB_URL"}, "the finance database");
    EXPECT_EQ(other.error().message,
              "Connection string not provided: set FINANCE_DB_URL for the finance database");
}

TEST(connection_strings, control_is_the_source_unless_it_was_configured)
{
    auto made = with({{"SUPABASE_DB_URL", "postgresql://a"}});
    ASSERT_TRUE(made.control_url());
    EXPECT_EQ(made.control_url()->variable, "SUPABASE_DB_URL");
    made.control.url_env = {"CONTROL_DB_URL"};
    ASSERT_FALSE(made.control_url());
    EXPECT_TRUE(
        made.control_url().error().message.starts_with("Connection string not provided: set CONTROL_DB_URL"));
}

TEST(connection_strings, redis_and_the_token_may_be_missing)
{
    EXPECT_FALSE(with({}).redis_url());
    EXPECT_FALSE(with({}).server_token());
    EXPECT_EQ(with({{"TROPEIRO_TOKEN", "t"}}).server_token()->value.reveal(), "t");
    EXPECT_EQ(with({{"NEON_PROJECT_ID", "autumn-leaf"}}).neon_project_id(), "autumn-leaf");
}

} // namespace
} // namespace tropeiro::config

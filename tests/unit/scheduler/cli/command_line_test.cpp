#include "scheduler/cli/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::cli {
namespace {

using testing::HasSubstr;

std::vector<command> small_table()
{
    return {
        {"check", "", "Tests the connections", {}, {}, {{"check", "all of them"}}, {}},
        {"rollout", "plan", "Shows what would be done", {}, {{"tenants", "LIST", "which"}}, {}, {}},
        {"rollout", "start", "Starts", {}, {{"tenants", "LIST", "which"}, {"truncate", "", "empty"}}, {}, {}},
        {"job", "why", "Why it waits", {{"ID", "the job"}}, {}, {{"job why 7", "what holds job 7"}}, {}},
    };
}

result<parsed_line> parse(const std::vector<std::string>& words)
{
    static const auto table = small_table();
    return parse_line(table, words);
}

} // namespace

TEST(command_line, finds_the_command_and_its_values)
{
    const auto line = parse({"rollout", "start", "--tenants", "recife,olinda", "--truncate"});
    ASSERT_TRUE(line);
    ASSERT_NE(line->found, nullptr);
    EXPECT_EQ(line->found->words(), "rollout start");
    EXPECT_THAT(line->given.list("tenants"), testing::ElementsAre("recife", "olinda"));
    EXPECT_TRUE(line->given.has("truncate"));
    EXPECT_FALSE(line->given.has("json"));
}

TEST(command_line, global_flags_may_stand_anywhere)
{
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"--config", "x.toml", "--json", "job", "why", "7"},
          {"job", "--json", "why", "7", "--config=x.toml"},
          {"job", "why", "7", "--json", "--config", "x.toml"}}) {
        const auto line = parse(words);
        ASSERT_TRUE(line) << line.error().message;
        ASSERT_NE(line->found, nullptr);
        EXPECT_EQ(line->found->words(), "job why");
        EXPECT_EQ(line->given.text("ID"), "7");
        EXPECT_EQ(line->given.text("config"), "x.toml");
        EXPECT_TRUE(line->given.has("json"));
    }
}

TEST(command_line, a_misspelt_word_gets_a_suggestion)
{
    const auto noun = parse({"rolout", "start"});
    ASSERT_FALSE(noun);
    EXPECT_EQ(noun.error().kind, error_kind::usage);
    EXPECT_THAT(noun.error().hint, HasSubstr("tropeiro rollout"));
    const auto verb = parse({"rollout", "strat"});
    ASSERT_FALSE(verb);
    EXPECT_THAT(verb.error().hint, HasSubstr("tropeiro rollout start"));
    const auto far = parse({"rollout", "fly"});
    ASSERT_FALSE(far);
    EXPECT_EQ(far.error().hint, "the commands are: plan, start");
}

TEST(command_line, a_misspelt_flag_gets_a_suggestion)
{
    const auto line = parse({"rollout", "start", "--tenant", "a"});
    ASSERT_FALSE(line);
    EXPECT_THAT(line.error().message, HasSubstr("--tenant"));
    EXPECT_THAT(line.error().hint, HasSubstr("--tenants"));
}

TEST(command_line, a_missing_argument_and_one_too_many_are_usage_errors)
{
    const auto missing = parse({"job", "why"});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, error_kind::usage);
    EXPECT_THAT(missing.error().message, HasSubstr("ID"));
    const auto surplus = parse({"job", "why", "7", "8"});
    ASSERT_FALSE(surplus);
    EXPECT_THAT(surplus.error().message, HasSubstr("\"8\""));
}

TEST(command_line, help_at_every_level_shows_what_there_is)
{
    EXPECT_THAT(parse({})->help, HasSubstr("rollout plan"));
    EXPECT_THAT(parse({"--help"})->help, HasSubstr("Exit codes"));
    EXPECT_THAT(parse({"rollout"})->help, HasSubstr("rollout start"));
    EXPECT_THAT(parse({"rollout", "--help"})->help, HasSubstr("rollout start"));
    EXPECT_THAT(parse({"help", "job", "why"})->help, HasSubstr("tropeiro job why 7"));
    const auto help = parse({"job", "why", "--help"});
    ASSERT_TRUE(help);
    EXPECT_EQ(help->found, nullptr);
    EXPECT_THAT(help->help, HasSubstr("# what holds job 7\n  tropeiro job why 7"));
}

TEST(arguments, a_number_out_of_range_names_its_flag)
{
    arguments given;
    given.set("workers", "0");
    try {
        static_cast<void>(given.number("workers", 1));
        FAIL() << "0 workers were taken";
    } catch (const failure& refused) {
        EXPECT_EQ(refused.kind(), error_kind::usage);
        EXPECT_THAT(refused.what(), HasSubstr("--workers is \"0\""));
    }
    EXPECT_EQ(given.number("batch-size", 1), std::nullopt);
}

TEST(arguments, a_list_of_numbers_names_the_word_that_is_none)
{
    arguments given;
    given.set("waves", "1,10,50");
    EXPECT_EQ(given.numbers("waves", 1), (std::vector<std::int64_t>{1, 10, 50}));
    EXPECT_TRUE(given.numbers("canaries", 1).empty());
    for (const auto* wrong : {"1,x", "0", "5,-1"}) {
        given.set("waves", wrong);
        EXPECT_THROW(static_cast<void>(given.numbers("waves", 1)), failure) << wrong;
    }
    given.set("waves", "1,x");
    try {
        static_cast<void>(given.numbers("waves", 1));
    } catch (const failure& refused) {
        EXPECT_THAT(refused.what(), HasSubstr("--waves has \"x\" in it"));
    }
}

} // namespace tropeiro::scheduler::cli

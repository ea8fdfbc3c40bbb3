#include "scheduler/cli/check_text.hpp"
#include "scheduler/cli/follow.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::cli {
namespace {

using testing::HasSubstr;

json::value outcome()
{
    return json::parse(R"json({"rollout":{"id":7,"state":"done"},"items":[],"checks":[
        {"city":"recife","table":"schools","method":"source","verdict":"same","expected":10,"found":10},
        {"city":"recife","table":"students","method":"source","verdict":"differs","expected":100,"found":98,
         "missing":2,"differing":1,"doubled":0,"extra":0,"repaired":0,"note":"",
         "examples":[{"what":"missing","row":"(id) = (7)","rows":1},{"what":"differing","row":"(id) = (42)","rows":1}]},
        {"city":"olinda","table":"schools","method":"source","verdict":"same","expected":5,"found":5}]})json");
}

} // namespace

TEST(checks, have_a_line_for_each_city_and_details_of_what_differs)
{
    const auto said = render_checks(outcome(), paint(false));
    EXPECT_THAT(said, HasSubstr("olinda       1     5  1 same\n"));
    EXPECT_THAT(said, HasSubstr("recife       2   108  1 same, 1 differs\n"));
    EXPECT_THAT(said, HasSubstr("recife.students: differs - 2 missing, 1 differing\n"));
    EXPECT_THAT(said, HasSubstr("  missing   (id) = (7)\n"));
    EXPECT_THAT(said, HasSubstr("  ... 3 rows in all\n"));
    EXPECT_EQ(said.find("recife.schools"), std::string::npos);
}

TEST(checks, that_found_a_table_as_it_was_sent_still_tell_what_is_to_be_known_of_it)
{
    auto answer = outcome();
    answer.at("checks").as_array().at(0).as_object()["note"] = "2 rows were refused";
    EXPECT_THAT(render_checks(answer, paint(false)),
                HasSubstr("recife.schools: same\n  2 rows were refused\n"));
}

TEST(checks, that_died_before_their_first_table_compared_nothing)
{
    auto answer = outcome();
    answer.at("checks").as_array().clear();
    EXPECT_EQ(check_sentence(answer), "nothing was compared");
}

TEST(checks, are_summed_up_in_a_sentence)
{
    EXPECT_EQ(check_sentence(outcome()),
              "3 tables of 2 cities checked against the source: 2 same, 1 differs");
}

TEST(checks, that_found_a_difference_give_exit_code_3)
{
    auto answer = outcome();
    EXPECT_EQ(outcome_exit_code(answer), 3);
    auto& verdict = answer.at("checks").as_array().at(1).at("verdict");
    verdict = "repaired";
    EXPECT_EQ(outcome_exit_code(answer), 0);
    verdict = "unknown";
    EXPECT_EQ(outcome_exit_code(answer), 3);
}

} // namespace tropeiro::scheduler::cli

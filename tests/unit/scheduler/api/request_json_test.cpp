#include "scheduler/api/request_json.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::api {
namespace {

using testing::HasSubstr;

result<plan::plan_request> read(std::string_view text) { return plan_request_from(boost::json::parse(text)); }

} // namespace

TEST(request_json, what_is_left_out_has_its_default)
{
    const auto request = read(R"({"tenants":["recife"]})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->rows, plan::rows_wanted::own);
    EXPECT_EQ(request->on_existing, model::existing_rows::refuse);
    EXPECT_EQ(request->on_bad_row, model::bad_rows::fail);
    EXPECT_FALSE(request->batch_rows);
    EXPECT_EQ(request->title, "roll out recife");
}

TEST(request_json, goes_out_and_comes_back_the_same)
{
    const auto first = read(R"({"tenants":["recife"],"tables":["schools","ops.\"Odd one\""],"rows":"own",
                               "tenant_value":"0d3c","on_existing":"merge","on_bad_row":"quarantine","create_roles":true,"batch_rows":500})");
    ASSERT_TRUE(first);
    const auto again = plan_request_from(to_json(*first));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_json(*again), to_json(*first));
    EXPECT_EQ(again->which.tables, first->which.tables);
    EXPECT_EQ(again->batch_rows, 500);
    EXPECT_EQ(again->on_bad_row, model::bad_rows::quarantine);
}

TEST(request_json, an_unknown_field_gets_a_suggestion)
{
    const auto request = read(R"({"tenants":["recife"],"module":["saude"]})");
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().kind, error_kind::usage);
    EXPECT_THAT(request.error().hint, HasSubstr("\"modules\""));
}

TEST(request_json, a_wrong_type_or_word_names_the_field_and_the_choices)
{
    EXPECT_THAT(read(R"({"tenants":"recife"})").error().message, HasSubstr("\"tenants\" must be a list"));
    EXPECT_THAT(read(R"({"tenants":["a"],"rows":"some"})").error().message,
                HasSubstr("none, legacy, own, all"));
    EXPECT_THAT(read(R"({"tenants":["a"],"batch_rows":0})").error().message, HasSubstr("\"batch_rows\""));
    EXPECT_THAT(read(R"([])").error().message, HasSubstr("JSON object"));
}

TEST(request_json, choices_that_exclude_each_other_are_refused)
{
    EXPECT_FALSE(read(R"({"tenants":[]})"));
    EXPECT_FALSE(read(R"({"tenants":["a"],"modules":["x"],"all_tables":true})"));
    EXPECT_FALSE(read(R"({"tenants":["a","b"],"rows":"legacy"})"));
    EXPECT_FALSE(read(R"({"tenants":["all"],"rows":"legacy"})"));
    EXPECT_FALSE(read(R"({"tenants":["a"],"rows":"legacy","tenant_value":"1"})"));
}

TEST(request_json, the_title_says_what_and_for_whom)
{
    EXPECT_EQ(read(R"({"tenants":["a","b","c","d"]})")->title, "roll out a, b and 2 more");
    EXPECT_EQ(read(R"({"tenants":["all"]})")->title, "roll out all tenants");
    EXPECT_EQ(read(R"({"tenants":["a"],"rows":"legacy"})")->title, "legacy rows to a");
    EXPECT_EQ(read(R"({"tenants":["a"],"rows":"none"})")->title, "new, empty: a");
    EXPECT_EQ(read(R"({"tenants":["a"],"title":"enable x for a"})")->title, "enable x for a");
}

} // namespace tropeiro::scheduler::api

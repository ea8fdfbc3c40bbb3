#include "shared/pg/error.hpp"

#include <gtest/gtest.h>

namespace tropeiro::pg {
namespace {

error with_state(std::string_view sqlstate)
{
    server_message said;
    said.sqlstate = sqlstate;
    said.message = "no";
    return error(said, "db:5432/x");
}

TEST(pg_error, tells_place_code_detail_and_context)
{
    server_message said;
    said.sqlstate = "22P02";
    said.message = "invalid input syntax for type integer: \"x\"";
    said.detail = "seen twice";
    said.hint = "write a number";
    said.context = "COPY schools, line 3, column id";
    const error e(said, "db:5432/x");
    EXPECT_STREQ(e.what(), "db:5432/x: invalid input syntax for type integer: \"x\" - seen twice "
                           "(COPY schools, line 3, column id) [22P02]");
    EXPECT_EQ(e.hint(), "write a number");
    EXPECT_EQ(e.context(), "COPY schools, line 3, column id");
    EXPECT_EQ(e.kind(), error_kind::failed);
}

TEST(pg_error, a_lost_connection_is_unreachable_and_retryable)
{
    for (const auto code :
         {state_no_connection, state_connection_lost, state_no_reply, std::string_view("57P01")}) {
        EXPECT_TRUE(is_connection_lost(with_state(code))) << code;
        EXPECT_TRUE(is_retryable(code)) << code;
        EXPECT_EQ(kind_of(code), error_kind::unreachable) << code;
    }
}

TEST(pg_error, only_what_may_pass_is_retryable)
{
    for (const auto* code : {"40001", "40P01", "55P03", "53300", "53100", "57P03"})
        EXPECT_TRUE(is_retryable(code)) << code;
    for (const auto* code :
         {"", "23505", "22P02", "42P01", "28P01", "3D000", "57014", "08P01", "57P04", "25P02"})
        EXPECT_FALSE(is_retryable(code)) << code;
}

TEST(pg_error, kinds_follow_the_code)
{
    EXPECT_EQ(kind_of("3D000"), error_kind::not_found);
    EXPECT_EQ(kind_of("42P04"), error_kind::conflict);
    EXPECT_EQ(kind_of("28P01"), error_kind::unreachable);
    EXPECT_EQ(kind_of("53300"), error_kind::unreachable);
    EXPECT_EQ(kind_of(""), error_kind::failed);
    EXPECT_FALSE(is_connection_lost(with_state("23505")));
}

TEST(pg_error, an_unknown_commit_keeps_the_cause)
{
    const commit_unknown e(with_state(state_connection_lost));
    EXPECT_EQ(e.sqlstate(), state_connection_lost);
    EXPECT_NE(std::string(e.what()).find("whether it happened is not known"), std::string::npos);
}

} // namespace
} // namespace tropeiro::pg

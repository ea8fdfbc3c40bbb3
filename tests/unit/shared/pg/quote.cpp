#include "shared/pg/quote.hpp"

#include "shared/base/error.hpp"
#include "shared/model/table_name.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tropeiro::pg {
namespace {

TEST(quote, identifiers_are_always_quoted)
{
    EXPECT_EQ(quote_ident("schools"), R"("schools")");
    EXPECT_EQ(quote_ident("Odd \"one\""), R"("Odd ""one""")");
    EXPECT_EQ(quote_ident("a\"; DROP TABLE x; --"), R"("a""; DROP TABLE x; --")");
}

TEST(quote, literals_do_not_depend_on_standard_conforming_strings)
{
    EXPECT_EQ(quote_literal("it's"), "'it''s'");
    EXPECT_EQ(quote_literal("a\\'b"), "E'a\\\\''b'");
    EXPECT_EQ(quote_literal(""), "''");
}

TEST(quote, a_nul_byte_is_refused)
{
    EXPECT_THROW(quote_ident(std::string_view("a\0b", 3)), failure);
    EXPECT_THROW(quote_literal(std::string_view("a\0b", 3)), failure);
}

TEST(quote, qualified_names)
{
    EXPECT_EQ(qualified("public", "schools"), R"("public"."schools")");
    EXPECT_EQ(qualified("", "schools"), R"("schools")");
    const model::table_name table{"Odd schema", "t"};
    EXPECT_EQ(qualified(table), R"("Odd schema"."t")");
}

TEST(quote, lists)
{
    const std::vector<std::string> names{"id", "Name"};
    EXPECT_EQ(quote_list(names), R"("id", "Name")");
}

} // namespace
} // namespace tropeiro::pg

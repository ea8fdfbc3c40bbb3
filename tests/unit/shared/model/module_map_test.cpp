#include "shared/model/module_map.hpp"

#include <gtest/gtest.h>

namespace tropeiro::model {
namespace {

module_map two_modules()
{
    return module_map({{"educacao", "", {{"public", "schools"}, {"public", "students"}}, {}},
                       {"saude", "", {{"public", "health_units"}}, {}}});
}

TEST(module_map, no_names_select_every_module) { EXPECT_EQ(two_modules().select({}).value().size(), 2U); }

TEST(module_map, the_selection_keeps_the_order_of_the_map)
{
    const auto chosen = two_modules().select({"saude", "educacao"}).value();
    EXPECT_EQ(chosen[0].name, "educacao");
}

TEST(module_map, an_unknown_module_is_named_with_the_nearest_one)
{
    const auto chosen = two_modules().select({"educacoa"});
    ASSERT_FALSE(chosen.has_value());
    EXPECT_EQ(chosen.error().kind, error_kind::not_found);
    EXPECT_NE(chosen.error().message.find("educacoa"), std::string::npos);
    EXPECT_NE(chosen.error().hint.find("did you mean \"educacao\""), std::string::npos)
        << chosen.error().hint;
}

TEST(tenant_rule, every_form_is_read)
{
    EXPECT_EQ(parse_tenant_rule("shared").value().kind, tenant_rule::kind_t::shared);
    EXPECT_EQ(parse_tenant_rule("column tenant_uuid").value().column, "tenant_uuid");
    const auto path = parse_tenant_rule("via a, b -> sales.orders").value();
    EXPECT_EQ(path.link_columns, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(path.linked, (table_name{"sales", "orders"}));
}

TEST(tenant_rule, other_text_is_refused_with_the_forms)
{
    for (const auto* text : {"", "share", "via x", "via -> t", "column ", "via a -> a.b.c"}) {
        const auto rule = parse_tenant_rule(text);
        ASSERT_FALSE(rule.has_value()) << text;
        EXPECT_NE(rule.error().hint.find("via COLUMN"), std::string::npos);
    }
}

TEST(table_name, is_read_as_sql_reads_it)
{
    EXPECT_EQ(parse_table_name("Schools").value(), (table_name{"public", "schools"}));
    EXPECT_EQ(parse_table_name("sales.orders").value(), (table_name{"sales", "orders"}));
    EXPECT_EQ(parse_table_name(R"("Odd one"."Tá""bua")").value(), (table_name{"Odd one", "Tá\"bua"}));
    for (const auto* text : {"", ".", "a.", ".a", "a.b.c", "\"open", "a\"b\"", "\"\""})
        EXPECT_FALSE(parse_table_name(text).has_value()) << text;
}

TEST(table_name, its_text_form_comes_back)
{
    for (const table_name& name : {table_name{"public", "schools"}, table_name{"Odd one", "Tá\"bua"},
                                   table_name{"public", "Upper"}, table_name{"s", "1st"}})
        EXPECT_EQ(parse_table_name(to_string(name)).value(), name) << to_string(name);
}

} // namespace
} // namespace tropeiro::model

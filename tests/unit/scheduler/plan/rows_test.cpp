#include "scheduler/plan/row_format.hpp"
#include "scheduler/plan/table_parts.hpp"
#include "scheduler/plan/tenant_rows.hpp"

#include <gtest/gtest.h>

namespace tropeiro::scheduler::plan {
namespace {

constexpr std::int64_t mb = 1 << 20;

part_question table_of(std::int64_t heap, std::int64_t total)
{
    return {heap, total, 1, false, 256 * mb, 8192};
}

TEST(table_parts, a_small_table_is_one_part_without_end)
{
    const auto parts = split(table_of(8192, 8192));
    ASSERT_EQ(parts.size(), 1U);
    EXPECT_EQ(parts[0], (model::block_range{0, std::nullopt}));
    EXPECT_EQ(split(table_of(0, 0)).size(), 1U);
}

TEST(table_parts, parts_follow_each_other_without_a_gap_and_the_last_has_no_end)
{
    const auto parts = split(table_of(1000 * mb + 8192, 1000 * mb + 8192));
    ASSERT_EQ(parts.size(), 4U);
    EXPECT_EQ(parts[0].first_block, 0);
    for (std::size_t i = 0; i + 1 < parts.size(); ++i)
        EXPECT_EQ(*parts[i].end_block, parts[i + 1].first_block);
    EXPECT_FALSE(parts.back().end_block);
}

TEST(table_parts, toast_counts_and_blocks_are_the_limit)
{
    EXPECT_EQ(split(table_of(10 * mb, 1024 * mb)).size(), 4U);
    EXPECT_EQ(split(table_of(2 * 8192, 1024 * mb)).size(), 2U) << "two blocks make two parts at most";
}

TEST(table_parts, rows_of_others_cost_a_quarter_and_nothing_behind_an_index)
{
    auto q = table_of(4096 * mb, 4096 * mb);
    q.share = 0;
    EXPECT_EQ(work_bytes(q), 1024 * mb);
    EXPECT_EQ(split(q).size(), 4U);
    q.indexed = true;
    EXPECT_EQ(split(q).size(), 1U);
}

TEST(table_parts, only_a_heap_of_a_newer_server_is_divided)
{
    pg::catalog_table table;
    table.access_method = "heap";
    EXPECT_TRUE(can_split(table, 140000));
    EXPECT_FALSE(can_split(table, 130011));
    table.access_method = "columnar";
    EXPECT_FALSE(can_split(table, 170000));
    table.kind = pg::table_kind::foreign;
    EXPECT_FALSE(can_split(table, 170000));
}

pg::catalog_column column(const std::string& name, pg::binary_obstacle obstacle, const std::string& culprit)
{
    pg::catalog_column c;
    c.name = name;
    c.obstacle = obstacle;
    c.culprit = culprit;
    return c;
}

TEST(row_format, plain_columns_go_in_binary)
{
    EXPECT_EQ(choose_format({column("a", pg::binary_obstacle::none, "text")}, {}, {}).format,
              model::copy_format::binary);
}

TEST(row_format, the_reason_names_the_column_and_the_type_inside_it)
{
    const auto choice = choose_format({column("a", pg::binary_obstacle::none, "text"),
                                       column("tags", pg::binary_obstacle::array_of_own, "public.color")},
                                      {}, {});
    EXPECT_EQ(choice.format, model::copy_format::text);
    EXPECT_EQ(choice.reason, "column \"tags\": arrays of public.color name their element type by oid");
    for (const auto obstacle :
         {pg::binary_obstacle::registry, pg::binary_obstacle::composite, pg::binary_obstacle::no_functions})
        EXPECT_EQ(choose_format({column("x", obstacle, "t")}, {}, {}).format, model::copy_format::text);
}

TEST(row_format, an_extension_of_another_version_over_there_means_text)
{
    auto c = column("h", pg::binary_obstacle::none, "hstore");
    c.extension = "hstore";
    const std::vector<pg::catalog_extension> here{{"hstore", "1.8", "1.8"}};
    EXPECT_EQ(choose_format({c}, here, here).format, model::copy_format::binary);
    const auto choice = choose_format({c}, here, {{"hstore", "", "1.7"}});
    EXPECT_EQ(choice.reason, "column \"h\": extension hstore is version 1.8 here and 1.7 over there");
}

rows_question question(std::vector<std::string> columns, model::tenant_rule rule = {})
{
    return {{"public", "lookup"}, "educacao", std::move(rule), std::move(columns)};
}

rows_choice choose(const rows_question& of, rows_wanted wanted)
{
    const pg::catalog source;
    const tenant_paths nowhere(source, {}, "city_id");
    return choose_rows(of, wanted, "city_id", nowhere);
}

TEST(tenant_rows, the_tenant_column_tells_rows_apart)
{
    const auto own = choose(question({"id", "city_id"}), rows_wanted::own);
    EXPECT_EQ(own.filter.kind, model::row_filter::kind_t::equals);
    EXPECT_EQ(own.filter.column, "city_id");
    EXPECT_EQ(describe(choose(question({"city_id"}), rows_wanted::legacy)), "city_id IS NULL");
    EXPECT_EQ(describe(choose(question({"city_id"}), rows_wanted::all)), "all rows");
    EXPECT_EQ(describe(choose(question({"city_id"}), rows_wanted::none)), "none");
}

TEST(tenant_rows, without_the_column_the_legacy_city_takes_all_and_another_needs_a_rule)
{
    EXPECT_EQ(describe(choose(question({"id"}), rows_wanted::legacy)), "all rows");
    const auto own = choose(question({"id"}), rows_wanted::own);
    ASSERT_TRUE(own.problem);
    EXPECT_NE(own.problem->hint.find("[modules.educacao.tenant]: lookup = \"shared\""), std::string::npos);
    EXPECT_EQ(describe(choose(question({"id"}, *model::parse_tenant_rule("shared")), rows_wanted::own)),
              "all rows");
}

TEST(tenant_rows, a_rule_that_names_a_column_needs_it)
{
    const auto rule = *model::parse_tenant_rule("column owner");
    EXPECT_EQ(choose(question({"owner"}, rule), rows_wanted::own).filter.column, "owner");
    EXPECT_TRUE(choose(question({"city_id"}, rule), rows_wanted::own).problem);
}

TEST(tenant_rows, a_value_that_the_column_cannot_hold_is_seen)
{
    EXPECT_TRUE(fits("7d9f0c1e-3d5b-4b89-9b0a-0f6b6f1d2c3a", "uuid"));
    EXPECT_FALSE(fits("recife", "uuid"));
    EXPECT_FALSE(fits("7d9f0c1e-3d5b-4b89-9b0a-0f6b6f1d2c3a", "integer"));
    EXPECT_TRUE(fits("-7", "bigint"));
    EXPECT_FALSE(fits("", "bigint"));
    EXPECT_TRUE(fits("anything", "text"));
}

TEST(tenant_rows, estimates_use_counts_then_statistics_then_the_size)
{
    pg::catalog_table table;
    table.heap_bytes = 100'000;
    table.row_estimate = 1000;
    const model::row_filter own{model::row_filter::kind_t::equals, "city_id", "a"};
    const model::row_filter other{model::row_filter::kind_t::equals, "city_id", "z"};
    const model::row_filter legacy{model::row_filter::kind_t::legacy, "city_id", {}};
    pg::tenant_statistics s{1, true, 1000, 100, 2, {{"a", 600}, {"b", 300}}};
    EXPECT_EQ(estimate_rows(own, table, &s).rows, 600);
    EXPECT_EQ(estimate_rows(other, table, &s).rows, 0);
    EXPECT_EQ(estimate_rows(legacy, table, &s).share, 0.1);
    s = {1, false, 1000, 100, 12, {{"a", 300}, {"b", 100}}};
    EXPECT_EQ(estimate_rows(other, table, &s).rows, 50)
        << "what is left is shared by the ten values without a count";
    table.row_estimate = -1;
    EXPECT_EQ(estimate_rows({}, table, nullptr).rows, 1000) << "a row is taken for 100 bytes";
}

} // namespace
} // namespace tropeiro::scheduler::plan

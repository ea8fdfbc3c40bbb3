#include "worker/check/comparison.hpp"

#include <gtest/gtest.h>

namespace tropeiro::worker::check {
namespace {

model::copy_item people()
{
    model::copy_item item;
    item.table = {"public", "people"};
    item.columns = {"id", "Full name"};
    return item;
}

std::vector<std::string> words_of(const std::vector<row_difference>& differences)
{
    std::vector<std::string> words;
    for (const auto& one : differences)
        words.push_back(std::string(to_string(one.kind)) + " " + one.key + " x" + std::to_string(one.rows));
    return words;
}

TEST(segments, hold_about_a_thousand_rows_each)
{
    EXPECT_EQ(segments_for(0), 1);
    EXPECT_EQ(segments_for(999), 1);
    EXPECT_EQ(segments_for(3'000), 4);
    EXPECT_EQ(segments_for(1'000'000), 1'024);
    EXPECT_EQ(segments_for(std::int64_t{1} << 40), 65'536);
}

TEST(differing_segments, are_those_with_other_sums_and_those_on_one_side_alone)
{
    const segment_sums source{{0, {5, "a"}}, {1, {5, "b"}}, {2, {1, "c"}}};
    const segment_sums target{{0, {5, "a"}}, {1, {5, "x"}}, {7, {1, "d"}}};
    EXPECT_EQ(differing_segments(source, target), (std::vector<std::int64_t>{1, 2, 7}));
    EXPECT_TRUE(differing_segments(source, source).empty());
}

TEST(differences, name_what_is_missing_differing_doubled_and_extra)
{
    const rows_by_key source{
        {"(1)", {"", "h1", 1}}, {"(2)", {"", "h2", 1}}, {"(3)", {"", "h3", 3}}, {"(4)", {"", "h4", 1}}};
    const rows_by_key target{
        {"(2)", {"", "other", 1}}, {"(3)", {"", "h3", 1}}, {"(4)", {"", "h4", 2}}, {"(9)", {"", "h9", 1}}};
    EXPECT_EQ(words_of(differences_between(source, target)),
              (std::vector<std::string>{"missing (1) x1", "differing (2) x1", "missing (3) x2",
                                        "doubled (4) x1", "extra (9) x1"}));
}

TEST(table_check, counts_every_difference_and_keeps_the_first_ones)
{
    table_check found;
    for (int i = 0; i < 50; ++i)
        found.add({difference_kind::missing, "", "", 2});
    EXPECT_EQ(found.missing, 100);
    EXPECT_EQ(found.differences(), 100);
    EXPECT_EQ(found.examples.size(), 20U);
}

TEST(update_differing_sql, is_nothing_when_the_key_is_all_that_a_row_has)
{
    EXPECT_EQ(update_differing_sql({people(), {{"id", "Full name"}}, 1}), "");
    EXPECT_EQ(update_differing_sql({people(), {}, 1}), "");
    EXPECT_NE(update_differing_sql({people(), {{"id"}}, 1}).find(R"(SET "Full name" = s."Full name")"),
              std::string::npos);
}

} // namespace
} // namespace tropeiro::worker::check

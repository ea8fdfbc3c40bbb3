#include "shared/pg/rows.hpp"

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <cmath>

namespace tropeiro::pg {
namespace {

using job_id = strong_id<struct job_tag, std::int64_t>;
using table = std::vector<std::vector<std::optional<std::string>>>;

rows make(std::vector<std::string> columns, const table& values)
{
    result_ptr made(PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK));
    std::vector<PGresAttDesc> descriptions(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i)
        descriptions[i].name = columns[i].data();
    EXPECT_EQ(PQsetResultAttrs(made.get(), static_cast<int>(columns.size()), descriptions.data()), 1);
    for (std::size_t r = 0; r < values.size(); ++r)
        for (std::size_t c = 0; c < columns.size(); ++c) {
            auto text = values[r][c];
            PQsetvalue(made.get(), static_cast<int>(r), static_cast<int>(c), text ? text->data() : nullptr,
                       text ? static_cast<int>(text->size()) : -1);
        }
    return rows(std::move(made));
}

rows one_value(std::optional<std::string> text) { return make({"v"}, {{std::move(text)}}); }

TEST(rows, fields_become_typed_values)
{
    const auto r = make({"n", "b", "d", "s", "Big"}, {{"-7", "t", "2.5", "text", "18446744073709551615"}});
    const auto row = r.one();
    EXPECT_EQ(row.get<std::int32_t>("n"), -7);
    EXPECT_EQ(row.get<std::int64_t>(0), -7);
    EXPECT_EQ(row.get<job_id>("n"), job_id(-7));
    EXPECT_TRUE(row.get<bool>("b"));
    EXPECT_DOUBLE_EQ(row.get<double>("d"), 2.5);
    EXPECT_EQ(row.get<std::string>("s"), "text");
    EXPECT_EQ(row.get<std::string_view>("s"), "text");
    EXPECT_EQ(row.get<std::uint64_t>("Big"), 18446744073709551615U);
}

TEST(rows, infinity_and_nan_are_doubles)
{
    EXPECT_TRUE(std::isinf(one_value("-Infinity").one().get<double>("v")));
    EXPECT_TRUE(std::isnan(one_value("NaN").one().get<double>("v")));
}

TEST(rows, null_needs_an_optional)
{
    const auto r = one_value(std::nullopt);
    EXPECT_EQ(r.one().get<std::optional<int>>("v"), std::nullopt);
    EXPECT_THROW(r.one().get<int>("v"), failure);
    EXPECT_THROW(r.one().get<std::string>("v"), failure);
    EXPECT_EQ(one_value("3").one().get<std::optional<int>>("v"), 3);
}

TEST(rows, a_wrong_column_names_the_right_ones)
{
    const auto r = make({"id", "Name"}, {{"1", "x"}});
    EXPECT_EQ(r.one().get<std::string>("Name"), "x");
    try {
        r.one().get<int>("name");
        FAIL();
    } catch (const failure& e) {
        EXPECT_STREQ(e.what(), "the result has no column name, only id, Name");
    }
    EXPECT_THROW(r.one().get<int>(2), failure);
}

TEST(rows, a_value_that_does_not_fit_is_no_number)
{
    EXPECT_THROW(one_value("2147483648").one().get<std::int32_t>("v"), failure);
    EXPECT_THROW(one_value("-1").one().get<std::uint32_t>("v"), failure);
    EXPECT_THROW(one_value("12x").one().get<std::int64_t>("v"), failure);
    EXPECT_THROW(one_value("").one().get<std::int64_t>("v"), failure);
    EXPECT_THROW(one_value("true").one().get<bool>("v"), failure);
}

TEST(rows, arrays_come_back_as_they_went)
{
    const std::vector<std::string> wanted{"a", "", "b\"c\\d", "{e,f}", "NULL"};
    EXPECT_EQ(one_value(R"({a,"","b\"c\\d","{e,f}","NULL"})").one().get<std::vector<std::string>>("v"),
              wanted);
    EXPECT_TRUE(one_value("{}").one().get<std::vector<std::string>>("v").empty());
    EXPECT_EQ(one_value("{1,-2}").one().get<std::vector<std::int64_t>>("v"),
              (std::vector<std::int64_t>{1, -2}));
    EXPECT_THROW(one_value("{a,NULL}").one().get<std::vector<std::string>>("v"), failure);
    EXPECT_THROW(one_value("{{a},{b}}").one().get<std::vector<std::string>>("v"), failure);
    EXPECT_THROW(one_value("a").one().get<std::vector<std::string>>("v"), failure);
}

TEST(rows, one_means_exactly_one)
{
    EXPECT_THROW(make({"v"}, {}).one(), failure);
    EXPECT_THROW(make({"v"}, {{"1"}, {"2"}}).one(), failure);
    EXPECT_THROW(make({"v"}, {{"1"}})[1], failure);
}

TEST(rows, can_be_walked)
{
    const auto r = make({"v"}, {{"1"}, {"2"}, {"3"}});
    int sum = 0;
    for (const auto row : r)
        sum += row.get<int>("v");
    EXPECT_EQ(sum, 6);
    EXPECT_TRUE(rows().empty());
    EXPECT_EQ(rows().affected(), 0);
    EXPECT_EQ(rows().command(), "");
}

} // namespace
} // namespace tropeiro::pg

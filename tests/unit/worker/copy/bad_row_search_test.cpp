#include "worker/copy/bad_row_search.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <vector>

namespace tropeiro::worker::copy {
namespace {

using action = bad_row_search::action;
using what_t = bad_row_search::what_t;

action tries(std::int64_t rows) { return {what_t::try_rows, rows}; }

constexpr std::int64_t batch = 1000;

/// A target in which `bad` rows (from 1) are refused, and a search that goes on until all of the rows are through.
struct simulation {
    std::int64_t rows = 0;
    std::set<std::int64_t> bad;
    bool names_lines = false;
    std::function<std::optional<std::int64_t>(std::int64_t)> lie; // instead of the true line
    std::int64_t place = 0;                                       // of the checkpoint
    std::vector<std::int64_t> found;
    int tried = 0;
    std::int64_t sent = 0;

    /// The first bad one among the next `count` rows, counted from the checkpoint; 0: none.
    std::int64_t first_bad(std::int64_t count) const
    {
        const auto at = bad.upper_bound(place);
        return at == bad.end() || *at > place + count ? 0 : *at - place;
    }

    /// What the search says about a try of so many rows.
    action attempt(bad_row_search& search, std::int64_t count)
    {
        ++tried;
        count = std::min(count, rows - place);
        sent += count;
        if (const auto line = first_bad(count)) {
            if (lie) return search.refused(count, lie(count));
            return search.refused(count, names_lines ? std::optional(line) : std::nullopt);
        }
        place += count;
        return search.accepted(count);
    }

    void sift()
    {
        bad_row_search search(batch);
        auto next = attempt(search, batch);
        while (next.what != what_t::over && place < rows) {
            ASSERT_NE(next.what, what_t::hopeless);
            if (next.what == what_t::found) {
                found.push_back(++place);
                next = search.stepped_over();
            } else {
                ASSERT_GT(next.rows, 0);
                next = attempt(search, next.rows);
            }
        }
    }

    void run()
    {
        while (place < rows && tried < 1'000'000) {
            if (first_bad(batch) == 0)
                place = std::min(rows, place + batch);
            else
                sift();
        }
    }

    std::vector<std::int64_t> all_bad() const { return {bad.begin(), bad.end()}; }
};

TEST(bad_row_search, goes_straight_to_the_line_that_the_server_names)
{
    bad_row_search search(batch);
    EXPECT_EQ(search.refused(1000, 700), tries(699));
    EXPECT_EQ(search.accepted(699), tries(1));
    EXPECT_EQ(search.refused(1, 1), (action{what_t::found, 1}));
    EXPECT_EQ(search.stepped_over(), tries(64));
    EXPECT_EQ(search.accepted(64), tries(256));
    EXPECT_EQ(search.accepted(256).what, what_t::over);
}

TEST(bad_row_search, halves_a_batch_of_which_no_line_is_named)
{
    bad_row_search search(batch);
    EXPECT_EQ(search.refused(8, std::nullopt), tries(4));
    EXPECT_EQ(search.accepted(4), tries(2));
    EXPECT_EQ(search.accepted(2), tries(1));
    EXPECT_EQ(search.accepted(1), tries(1)) << "the last one in question is tried by itself";
    EXPECT_EQ(search.refused(1, std::nullopt).what, what_t::found);
}

TEST(bad_row_search, the_first_line_is_tried_by_itself)
{
    bad_row_search search(batch);
    EXPECT_EQ(search.refused(500, 1), tries(1));
    EXPECT_EQ(search.refused(1, 1).what, what_t::found);
}

TEST(bad_row_search, a_line_that_the_batch_does_not_have_is_no_help)
{
    bad_row_search search(batch);
    EXPECT_EQ(search.refused(500, 501), tries(250));
    EXPECT_EQ(search.refused(250, 0), tries(125));
}

TEST(bad_row_search, a_refusal_without_rows_is_not_a_rows_fault)
{
    bad_row_search search(batch);
    EXPECT_EQ(search.refused(0, std::nullopt).what, what_t::hopeless);
}

TEST(bad_row_search, batches_that_large_values_cut_short_change_nothing)
{
    bad_row_search search(batch);
    EXPECT_EQ(search.refused(100, 60), tries(59));
    EXPECT_EQ(search.accepted(20), tries(39));
    EXPECT_EQ(search.accepted(39), tries(1));
    EXPECT_EQ(search.refused(1, 1).what, what_t::found);
}

TEST(bad_row_search, a_row_that_is_accepted_by_itself_ends_the_suspicion)
{
    bad_row_search search(batch);
    EXPECT_EQ(search.refused(100, 1), tries(1));
    EXPECT_EQ(search.accepted(1), tries(64));
}

TEST(bad_row_search, finds_every_bad_row_wherever_it_stands)
{
    const std::vector<std::set<std::int64_t>> cases{
        {1}, {1000}, {1001}, {3500}, {1, 2, 3}, {999, 1000, 1001, 1002}, {5, 70, 71, 400, 2999, 3000, 3500}};
    for (const auto& bad : cases)
        for (const bool lines : {true, false}) {
            simulation s;
            s.rows = 3500;
            s.bad = bad;
            s.names_lines = lines;
            s.run();
            EXPECT_EQ(s.found, s.all_bad())
                << "first of them " << *bad.begin() << (lines ? ", lines named" : "");
            EXPECT_EQ(s.place, s.rows);
            EXPECT_LE(s.tried, static_cast<int>(bad.size()) * (lines ? 8 : 16));
        }
}

TEST(bad_row_search, in_a_table_of_bad_rows_alone_each_costs_one_try)
{
    for (const bool lines : {true, false}) {
        simulation s;
        s.rows = 500;
        for (std::int64_t i = 1; i <= 500; ++i)
            s.bad.insert(i);
        s.names_lines = lines;
        s.run();
        EXPECT_EQ(s.found, s.all_bad());
        EXPECT_LE(s.tried, 520);
    }
}

TEST(bad_row_search, lines_that_lie_are_not_believed_twice)
{
    simulation s;
    s.rows = 5000;
    s.bad = {10, 4000};
    s.lie = [](std::int64_t count) { return std::optional(count); }; // the last one, always
    s.run();
    EXPECT_EQ(s.found, s.all_bad());
    EXPECT_LE(s.tried, 40);
}

} // namespace
} // namespace tropeiro::worker::copy

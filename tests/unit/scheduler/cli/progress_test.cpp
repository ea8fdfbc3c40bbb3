#include "scheduler/cli/progress_view.hpp"
#include "shared/base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const auto start = steady::time_point() + std::chrono::hours(1);

city_progress city(std::string slug, std::string state, std::string phase = {})
{
    city_progress c;
    c.slug = std::move(slug);
    c.state = std::move(state);
    c.phase = std::move(phase);
    c.jobs_total = 9;
    return c;
}

rollout_progress rollout(std::vector<city_progress> cities)
{
    rollout_progress p;
    p.id = 7;
    p.state = "running";
    p.cities = std::move(cities);
    return p;
}

} // namespace

TEST(progress, is_read_from_the_answer_of_the_interface)
{
    const auto answer = json::parse(R"({"rollout":{"id":7,"title":"t","state":"failed"},
        "jobs":{"done":3,"total":9,"dead":1},
        "tenants":[{"slug":"recife","state":"failed","phase":"copy","rows":10,"bytes":20,"expected_rows":30,
                    "expected_bytes":40,"jobs_done":3,"jobs_total":9,
                    "errors":[{"job":5,"label":"copy students","error":"disk full"}]}]})");
    const auto p = read_progress(answer);
    EXPECT_EQ(p.id, 7);
    EXPECT_TRUE(p.finished());
    EXPECT_EQ(p.jobs_dead, 1);
    ASSERT_EQ(p.cities.size(), 1U);
    EXPECT_EQ(p.cities[0].expected_bytes, 40);
    EXPECT_EQ(p.cities[0].error, "copy students: disk full");
}

TEST(progress, speed_is_that_of_the_last_ten_seconds)
{
    rate_meter rate;
    for (int second = 0; second <= 60; ++second)
        rate.add(start + seconds(second), second <= 50 ? 0 : (second - 50) * 1000);
    EXPECT_NEAR(rate.bytes_per_second(), 1000, 1);
    const auto left = rate.time_left(10'000, 15'000);
    ASSERT_TRUE(left);
    EXPECT_NEAR(left->count(), 5, 0.1);
    EXPECT_FALSE(rate.time_left(15'000, 15'000));
}

TEST(progress, a_frame_never_has_more_lines_than_the_terminal)
{
    std::vector<city_progress> cities;
    for (int i = 0; i < 500; ++i)
        cities.push_back(city("city-" + std::to_string(i), "running", "copy"));
    for (const std::size_t rows : {2U, 5U, 24U}) {
        progress_frame frame(60, rows, paint(false));
        const auto lines = frame.lines(rollout(cities), start);
        EXPECT_LT(lines.size(), rows);
        EXPECT_THAT(lines.back(), HasSubstr("0 of 500 cities done, 500 running"));
        for (const auto& line : lines)
            EXPECT_LE(text::width(line), 60U) << line;
    }
}

TEST(progress, a_frame_shows_only_active_cities_with_speed_and_time_left)
{
    progress_frame frame(120, 24, paint(false));
    auto recife = city("recife", "running", "copy");
    recife.rows = 100;
    recife.expected_rows = 1000;
    recife.expected_bytes = std::int64_t{10} << 20U;
    static_cast<void>(frame.lines(rollout({recife, city("olinda", "waiting")}), start));
    recife.bytes = std::int64_t{2} << 20U;
    const auto lines = frame.lines(rollout({recife, city("olinda", "waiting")}), start + seconds(2));
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_THAT(lines[0], HasSubstr("recife"));
    EXPECT_THAT(lines[0], HasSubstr("100 of about 1,000 rows"));
    EXPECT_THAT(lines[0], HasSubstr("1.0 MB/s, 8.0s left"));
    EXPECT_THAT(lines[1], Not(HasSubstr("olinda")));
}

TEST(progress, of_a_city_that_is_done_nothing_more_is_expected)
{
    auto done = city("recife", "done");
    done.rows = 11'990;
    done.expected_rows = 12'000;
    EXPECT_THAT(summary_line(rollout({done})), HasSubstr("1 of 1 cities done, 11,990 rows"));
    auto checking = city("olinda", "running", "check_source");
    checking.rows = 10;
    checking.expected_rows = 100;
    EXPECT_THAT(summary_line(rollout({done, checking})), HasSubstr("12,000 of about 12,090 rows"));
    progress_lines log;
    EXPECT_THAT(
        log.changes(rollout({done, checking}), start),
        ElementsAre("recife: done, 11,990 rows", "olinda: check_source (job 1 of 9, 10 of about 100 rows)"));
}

TEST(progress, off_a_terminal_each_change_of_a_city_is_one_line)
{
    progress_lines log;
    EXPECT_THAT(log.changes(rollout({city("recife", "waiting"), city("olinda", "waiting")}), start),
                IsEmpty());
    EXPECT_THAT(
        log.changes(rollout({city("recife", "running", "create_database"), city("olinda", "waiting")}),
                    start),
        ElementsAre("recife: create_database (job 1 of 9)"));
    EXPECT_THAT(
        log.changes(rollout({city("recife", "running", "create_database"), city("olinda", "waiting")}),
                    start),
        IsEmpty());
    auto failed = city("recife", "failed");
    failed.error = "copy students: disk\nfull";
    EXPECT_THAT(log.changes(rollout({failed, city("olinda", "done")}), start),
                ElementsAre("recife: failed: copy students: disk full", "olinda: done"));
}

TEST(progress, off_a_terminal_a_long_silence_is_broken_by_a_summary)
{
    progress_lines log(seconds(30));
    const auto now = rollout({city("recife", "running", "copy")});
    EXPECT_THAT(log.changes(now, start), testing::SizeIs(1));
    EXPECT_THAT(log.changes(now, start + seconds(29)), IsEmpty());
    EXPECT_THAT(log.changes(now, start + seconds(31)),
                ElementsAre(HasSubstr("rollout 7: 0 of 1 cities done")));
    EXPECT_THAT(log.changes(now, start + seconds(40)), IsEmpty());
}

} // namespace tropeiro::scheduler::cli

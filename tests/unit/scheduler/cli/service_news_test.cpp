#include "scheduler/cli/service_news.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::cli {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

void fail(dispatch::outage& what, std::string message, std::string hint = {})
{
    const failure thrown(error_kind::unreachable, std::move(message), std::move(hint));
    what.failed(std::make_exception_ptr(thrown));
}

struct service {
    bool leading = false;
    bool another_leads = false;
    dispatch::outage dispatching{"dispatching"};
    dispatch::outage election{"electing"};
    service_news news;

    std::vector<news_line> look(seconds later = seconds(0))
    {
        return news.look({leading, another_leads, dispatching, election}, steady::now() + later);
    }
};

/// It led, said that Redis is away, and does not lead any more.
service lead_lost_in_trouble()
{
    service s;
    s.leading = true;
    s.look();
    fail(s.dispatching, "no Redis");
    s.look(seconds(4));
    s.leading = false;
    return s;
}

TEST(service_news, that_another_one_leads_is_told_once_and_only_when_it_is_known)
{
    service s;
    EXPECT_THAT(s.look(seconds(60)), IsEmpty());
    s.another_leads = true;
    EXPECT_THAT(s.look(), ElementsAre(Field(&news_line::text, HasSubstr("another scheduler leads"))));
    EXPECT_THAT(s.look(), IsEmpty());
}

TEST(service_news, trouble_that_lasts_is_told_once_with_the_way_out_and_so_is_its_end)
{
    service s;
    s.leading = true;
    EXPECT_THAT(s.look(), IsEmpty());
    fail(s.dispatching, "no Redis", "start it");
    EXPECT_THAT(s.look(), IsEmpty());
    EXPECT_THAT(s.look(seconds(4)),
                ElementsAre(news_line{true, "the queue is not kept up: no Redis (start it)"}));
    fail(s.dispatching, "still no Redis");
    EXPECT_THAT(s.look(seconds(9)), IsEmpty());
    s.dispatching.worked();
    EXPECT_THAT(s.look(), ElementsAre(news_line{false, "the queue is kept up again"}));
    EXPECT_THAT(s.look(seconds(60)), IsEmpty());
}

TEST(service_news, trouble_that_passes_is_not_told)
{
    service s;
    s.leading = true;
    fail(s.dispatching, "no Redis");
    EXPECT_THAT(s.look(), IsEmpty());
    s.dispatching.worked();
    EXPECT_THAT(s.look(seconds(60)), IsEmpty());
}

TEST(service_news, a_queue_that_another_one_keeps_by_now_is_not_said_to_be_well)
{
    auto s = lead_lost_in_trouble();
    EXPECT_THAT(s.look(seconds(5)), IsEmpty());
    s.another_leads = true;
    s.dispatching = dispatch::outage("dispatching");
    EXPECT_THAT(s.look(seconds(6)), ElementsAre(Field(&news_line::text, HasSubstr("another scheduler"))));
    EXPECT_THAT(s.look(seconds(60)), IsEmpty());
}

TEST(service_news, who_cannot_take_the_lead_says_so_though_the_queue_was_in_trouble_before)
{
    auto s = lead_lost_in_trouble();
    fail(s.election, "no server");
    EXPECT_THAT(s.look(seconds(4)),
                ElementsAre(news_line{true, "this command cannot take the lead: no server; where another "
                                            "scheduler leads, the work goes on"}));
    s.election.worked();
    s.leading = true;
    EXPECT_THAT(s.look(seconds(5)), ElementsAre(news_line{false, "this command leads"}));
}

TEST(service_news, what_an_earlier_time_of_leading_left_behind_is_not_told)
{
    service s;
    s.leading = true;
    s.look();
    fail(s.dispatching, "connection cut");
    s.leading = false;
    s.look(seconds(1));
    s.leading = true;
    EXPECT_THAT(s.look(seconds(20)), IsEmpty());
    s.dispatching.worked();
    EXPECT_THAT(s.look(seconds(21)), IsEmpty());
}

TEST(service_news, another_leader_is_news_again_after_one_has_led)
{
    service s;
    s.another_leads = true;
    EXPECT_EQ(s.look().size(), 1U);
    s.leading = true;
    s.another_leads = false;
    EXPECT_THAT(s.look(seconds(1)), IsEmpty());
    s.leading = false;
    s.another_leads = true;
    EXPECT_EQ(s.look(seconds(2)).size(), 1U);
    EXPECT_THAT(s.look(seconds(3)), IsEmpty());
}

} // namespace
} // namespace tropeiro::scheduler::cli

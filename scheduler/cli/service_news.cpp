#include "scheduler/cli/service_news.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::cli {
namespace {

constexpr seconds passing{3}; // trouble that is over before is not worth a line

std::string with_hint(std::string text, const error& why)
{
    return why.hint.empty() ? text : fmt::format("{} ({})", text, why.hint);
}

} // namespace

bool told_outage::begins(const dispatch::outage& what, steady::time_point since, steady::time_point at)
{
    if (told_ || !what.on() || at - since < passing) return false;
    told_ = true;
    return true;
}

bool told_outage::ends(const dispatch::outage& what)
{
    if (!told_ || what.on()) return false;
    told_ = false;
    return true;
}

std::vector<news_line> service_news::look(const service_state& now, steady::time_point at)
{
    std::vector<news_line> lines;
    if (!now.leading)
        leads_since_.reset();
    else if (!leads_since_)
        leads_since_ = at;
    if (now.leading) told_other_leader_ = false; // the next one is news
    if (now.another_leads) {
        dispatching_.forget(); // is not ours any more, be it over or not
        if (!told_other_leader_)
            lines.push_back({false, "another scheduler leads this control database: its workers do the work, "
                                    "this command follows"});
        told_other_leader_ = true;
    }
    if (now.leading && dispatching_.ends(now.dispatching))
        lines.push_back({false, "the queue is kept up again"});
    // What an earlier time of leading left behind says nothing: it has not looked at the queue again yet.
    if (now.leading &&
        dispatching_.begins(now.dispatching, std::max(now.dispatching.since(), *leads_since_), at)) {
        const auto& why = now.dispatching.last();
        lines.push_back({true, with_hint(fmt::format("the queue is not kept up: {}", why.message), why)});
    }
    if (election_.ends(now.election))
        lines.push_back({false, now.leading ? "this command leads" : "who leads is known again"});
    if (!now.leading && election_.begins(now.election, now.election.since(), at)) {
        const auto& why = now.election.last();
        lines.push_back({true, with_hint(fmt::format("this command cannot take the lead: {}; where another "
                                                     "scheduler leads, the work goes on",
                                                     why.message),
                                         why)});
    }
    return lines;
}

} // namespace tropeiro::scheduler::cli

#include "scheduler/dispatch/outage.hpp"

#include "shared/base/error.hpp"
#include "shared/log/log.hpp"
#include "shared/rt/cancellation.hpp"

#include <algorithm>

namespace tropeiro::scheduler::dispatch {
namespace {

struct trouble {
    std::string text;
    std::string hint;
};

trouble describe(const std::exception_ptr& thrown)
{
    try {
        std::rethrow_exception(thrown);
    } catch (const failure& f) {
        return {f.what(), f.hint()};
    } catch (const std::exception& e) {
        return {e.what(), {}};
    }
}

} // namespace

outage::outage(std::string what, milliseconds longest)
    : what_(std::move(what)), backoff_(milliseconds(200), longest)
{
}

milliseconds outage::failed(const std::exception_ptr& thrown)
{
    if (rt::is_cancelled(thrown)) std::rethrow_exception(thrown);
    auto now = describe(thrown);
    if (said_.empty())
        log::warn(what_ + " is held up; it goes on as soon as it can",
                  {{"error", now.text}, {"hint", now.hint}});
    else if (said_ != now.text)
        log::debug(what_ + " is still held up", {{"error", now.text}});
    said_ = std::move(now.text);
    return std::max(milliseconds(50), backoff_.next());
}

void outage::worked()
{
    if (!said_.empty()) log::info(what_ + " goes on");
    said_.clear();
    backoff_.reset();
}

} // namespace tropeiro::scheduler::dispatch

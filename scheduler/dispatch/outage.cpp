#include "scheduler/dispatch/outage.hpp"

#include "shared/log/log.hpp"
#include "shared/rt/cancellation.hpp"

#include <algorithm>

namespace tropeiro::scheduler::dispatch {
namespace {

error describe(const std::exception_ptr& thrown)
{
    try {
        std::rethrow_exception(thrown);
    } catch (const failure& f) {
        return f.what_went_wrong();
    } catch (const std::exception& e) {
        return {error_kind::failed, e.what(), {}};
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
    if (!last_) {
        since_ = steady::now();
        log::warn(what_ + " is held up; it goes on as soon as it can",
                  {{"error", now.message}, {"hint", now.hint}});
    } else if (last_->message != now.message) {
        log::debug(what_ + " is still held up", {{"error", now.message}});
    }
    last_ = std::move(now);
    return std::max(milliseconds(50), backoff_.next());
}

void outage::worked()
{
    if (last_) log::info(what_ + " goes on");
    last_.reset();
    backoff_.reset();
}

task<std::optional<milliseconds>> attempt(outage& trouble, task<> step)
{
    std::exception_ptr thrown;
    try {
        co_await std::move(step);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) co_return trouble.failed(thrown);
    trouble.worked();
    co_return std::nullopt;
}

} // namespace tropeiro::scheduler::dispatch

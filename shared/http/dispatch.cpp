#include "shared/http/dispatch.hpp"

#include "shared/base/text.hpp"
#include "shared/log/log.hpp"
#include "shared/rt/cancellation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace tropeiro::http {
namespace {

response not_routed(const match& at, const request& asked)
{
    if (at.allowed.empty())
        return error_response(error{error_kind::not_found, fmt::format("there is no {}", asked.path), {}});
    auto methods = at.allowed;
    std::sort(methods.begin(), methods.end());
    methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
    const auto allowed = text::join(methods, ", ");
    auto out = error_response(error{error_kind::usage,
                                    fmt::format("{} does not answer {}", asked.path, asked.method),
                                    fmt::format("it answers {}", allowed)},
                              405);
    out.headers["Allow"] = allowed;
    return out;
}

response unauthorized()
{
    auto out = error_response(error{error_kind::refused, "this server wants a token",
                                    "set TROPEIRO_TOKEN to the token the scheduler was started with"},
                              401);
    out.headers["WWW-Authenticate"] = "Bearer";
    return out;
}

// What a handler threw, as an answer. Words of exceptions that are not ours may hold anything, so they go to
// the log and not to the client.
response answer_for(const std::exception_ptr& thrown, const request& asked)
{
    if (rt::is_cancelled(thrown))
        return error_response(error{error_kind::unreachable, "the server is stopping", "try again in a moment"});
    try {
        std::rethrow_exception(thrown);
    } catch (const failure& f) {
        const auto out = error_response(f.what_went_wrong());
        if (out.status >= 500)
            log::warn("request failed", {{"method", asked.method}, {"path", asked.path}, {"why", f.what()}});
        return out;
    } catch (const std::exception& e) {
        log::error("handler threw", {{"method", asked.method}, {"path", asked.path}, {"what", e.what()}});
    } catch (...) {
        log::error("handler threw", {{"method", asked.method}, {"path", asked.path}});
    }
    return error_response(error{error_kind::failed, "the server failed to answer this", "its log says why"});
}

// Answers that need no handler: not routed, not allowed.
std::optional<response> refusal(const match& at, const secret& token, const request& asked)
{
    const bool reads = asked.method == "GET" || asked.method == "HEAD";
    if (!reads && is_cross_site(asked))
        return error_response(
            error{error_kind::refused, "a page of another site may not change anything here", {}});
    const bool open = at.found != nullptr && at.found->who == access::open;
    if (!open && !is_authorized(asked, token)) return unauthorized();
    if (at.found == nullptr) return not_routed(at, asked);
    return std::nullopt;
}

} // namespace

task<response> dispatch(const router& routes, const secret& token, request asked, std::string peer)
{
    auto at = routes.find(asked.method, asked.path);
    if (auto refused = refusal(at, token, asked)) co_return std::move(*refused);
    std::exception_ptr thrown;
    try {
        request_context context{asked, std::move(at.parameters), std::move(peer)};
        auto answered = co_await at.found->handle(std::move(context));
        co_return answered;
    } catch (...) {
        thrown = std::current_exception();
    }
    co_return answer_for(thrown, asked);
}

} // namespace tropeiro::http

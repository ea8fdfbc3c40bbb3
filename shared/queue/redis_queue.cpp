// Work and loading: the transitions that carry a job through its life. Upkeep is in redis_queue_upkeep.cpp,
// the operator's part and the looking in redis_queue_operator.cpp.
#include "shared/queue/redis_queue.hpp"

#include "shared/queue/keys.hpp"
#include "shared/queue/transitions.hpp"
#include "shared/queue/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::queue {
namespace {

constexpr std::size_t jobs_in_a_chunk = 200;
constexpr std::size_t words_in_a_chunk = 20'000; // a job with very many dependencies ends its chunk early
constexpr int seal_chunk = 200;

/// The next items from `at` on, as words of a script; moves `at` behind them.
template <class Item>
std::vector<std::string> next_chunk(const std::vector<Item>& items, std::size_t& at)
{
    std::vector<std::string> out;
    std::size_t count = 0;
    while (at < items.size() && count < jobs_in_a_chunk && out.size() < words_in_a_chunk) {
        words::append(out, items[at]);
        ++at;
        ++count;
    }
    out.insert(out.begin(), std::to_string(count));
    return out;
}

std::vector<std::string> claim_of(model::job_id id, std::int64_t attempt)
{
    return {std::to_string(id.value), std::to_string(attempt)};
}

bool is_stale(const redis::reply& answer) { return answer[0].string() == "STALE"; }

void must_be_open(const redis::reply& answer)
{
    if (answer[0].string() == "CLOSED")
        throw failure(error_kind::unreachable, "the queue in Redis is empty or is being loaded anew",
                      "the scheduler loads it in seconds; is one running?");
}

} // namespace

redis_queue::redis_queue(redis::url address, std::int64_t epoch)
    : commands_(address), waiting_(address), epoch_(epoch)
{
}

task<redis::reply> redis_queue::run(const redis::script& what, word_list args)
{
    std::vector<std::string> keys;
    keys.push_back(keys::prefix(epoch_));
    auto answer = co_await redis::evaluate(commands_, what, std::move(keys), std::move(args));
    co_return answer;
}

task<std::int64_t> redis_queue::enqueue(std::vector<enqueue_item> items)
{
    std::int64_t added = 0;
    for (std::size_t at = 0; at < items.size();) {
        auto args = next_chunk(items, at);
        const auto answer = co_await run(all_transitions().enqueue, std::move(args));
        added += answer.integer();
    }
    co_return added;
}

task<> redis_queue::seal(model::rollout_id rollout)
{
    for (std::int64_t left = 1; left > 0;) {
        word_list args{std::to_string(rollout.value), std::to_string(seal_chunk)};
        const auto answer = co_await run(all_transitions().seal, std::move(args));
        left = answer.integer();
    }
}

task<std::int64_t> redis_queue::adopt(std::vector<adopt_item> items)
{
    std::int64_t added = 0;
    for (std::size_t at = 0; at < items.size();) {
        auto args = next_chunk(items, at);
        args.insert(args.begin(), std::to_string(adopted_lease_time.count()));
        const auto answer = co_await run(all_transitions().adopt, std::move(args));
        added += answer.integer();
    }
    co_return added;
}

task<claim_answer> redis_queue::claim(std::string worker, int want, milliseconds lease)
{
    word_list args{std::move(worker), std::to_string(lease.count()), std::to_string(want)};
    const auto answer = co_await run(all_transitions().claim, std::move(args));
    co_return words::claim_from(answer);
}

task<std::vector<claimed>> redis_queue::join(claimed member, std::string worker, int want, milliseconds lease)
{
    auto args = claim_of(member.id, member.attempt);
    args.push_back(std::move(worker));
    args.push_back(std::to_string(lease.count()));
    args.push_back(std::to_string(want));
    const auto answer = co_await run(all_transitions().join, std::move(args));
    if (is_stale(answer)) co_return std::vector<claimed>{};
    co_return words::claims_from(answer[1]);
}

task<beat_reply> redis_queue::beat(std::string worker, std::string info, std::vector<beat_item> jobs,
                                   milliseconds lease)
{
    word_list args{std::move(worker), std::to_string(lease.count()), std::move(info)};
    for (const auto& job : jobs) {
        args.push_back(std::to_string(job.id.value));
        args.push_back(std::to_string(job.attempt));
        args.push_back(words::to_text(job.progress));
    }
    const auto answer = co_await run(all_transitions().beat, std::move(args));
    co_return words::beats_from(answer);
}

task<complete_answer> redis_queue::complete(model::job_id id, std::int64_t attempt)
{
    auto args = claim_of(id, attempt);
    const auto first = co_await run(all_transitions().complete, std::move(args));
    must_be_open(first);
    complete_answer answer;
    answer.stale = is_stale(first);
    if (answer.stale) co_return answer;
    answer.released = first[1].integer();
    auto left = first[2].integer();
    while (left > 0) {
        word_list of{std::to_string(id.value)};
        const auto next = co_await run(all_transitions().more, std::move(of));
        answer.released += next[0].integer();
        left = next[1].integer();
    }
    co_return answer;
}

task<fail_answer> redis_queue::fail(model::job_id id, std::int64_t attempt, milliseconds delay, bool fatal,
                                    std::string signature)
{
    auto args = claim_of(id, attempt);
    args.push_back(std::to_string(std::max(milliseconds{0}, delay).count()));
    args.push_back(fatal ? "1" : "0");
    args.push_back(signature.substr(0, 64));
    const auto answer = co_await run(all_transitions().fail, std::move(args));
    must_be_open(answer);
    const auto& word = answer[0].string();
    if (word == "RETRY") co_return fail_answer::retry;
    if (word == "DEAD") co_return fail_answer::dead;
    if (word == "CANCELLED") co_return fail_answer::cancelled;
    co_return fail_answer::stale;
}

task<release_answer> redis_queue::release(model::job_id id, std::int64_t attempt, bool alone)
{
    auto args = claim_of(id, attempt);
    args.push_back(alone ? "1" : "0");
    const auto answer = co_await run(all_transitions().release, std::move(args));
    must_be_open(answer);
    if (is_stale(answer)) co_return release_answer::stale;
    co_return answer[1].string() == "cancelled" ? release_answer::cancelled : release_answer::released;
}

task<bool> redis_queue::bump(model::job_id id, std::int64_t attempt, std::int64_t claim_seq)
{
    auto args = claim_of(id, attempt);
    args.push_back(std::to_string(claim_seq));
    const auto answer = co_await run(all_transitions().bump, std::move(args));
    must_be_open(answer);
    co_return !is_stale(answer);
}

task<bool> redis_queue::wait_for_work(milliseconds timeout)
{
    const double wait =
        std::max(0.01, static_cast<double>(timeout.count()) / 1000.0); // 0 would mean for ever
    redis::command pop("BZPOPMIN", keys::wake(epoch_), wait);
    const auto answer = co_await waiting_.call(std::move(pop), timeout + redis::default_deadline);
    co_return !answer.is_nil();
}

} // namespace tropeiro::queue

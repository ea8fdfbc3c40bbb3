// Thousands of random transitions against Redis and against the oracle: the answers must agree, and so must
// every job's state, the counts and the structure of the keys. At the end everything that can run is run, so
// that a lost job would show.
#include "queue_fixture.hpp"
#include "queue_oracle.hpp"

#include <fmt/format.h>

#include <random>

using namespace tropeiro::test;
using namespace tropeiro;

namespace {

constexpr int rollouts = 3;

class walk {
  public:
    walk(redis_queue& q, unsigned seed) : q_(q), random_(seed) {}

    task<> step();
    task<> compare();
    task<> run_to_the_end();
    std::string trouble() const { return trouble_; }
    int claims() const { return claims_; }

  private:
    int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
    bool chance(int percent) { return pick(100) < percent; }
    template <class List>
    auto one_of(const List& list)
    {
        return list.at(static_cast<std::size_t>(pick(static_cast<int>(list.size()))));
    }
    std::int64_t any_run() { return 1 + pick(rollouts); }
    void must(bool holds, const std::string& text)
    {
        if (!holds && trouble_.empty()) trouble_ = fmt::format("step {}: {}", steps_, text);
    }

    task<> add_jobs();
    task<> claim();
    task<> end_a_job();
    task<> end_under(std::int64_t id, std::int64_t attempt, int how);
    task<> upkeep();
    task<> operate();
    task<> limit();
    enqueue_item random_job();

    redis_queue& q_;
    std::mt19937 random_;
    queue_oracle oracle_;
    std::int64_t last_id_ = 0;
    int steps_ = 0;
    int claims_ = 0;
    std::string trouble_;
};

enqueue_item walk::random_job()
{
    static const std::vector<std::string> cities{"recife", "olinda", "natal", "patos"};
    static const std::vector<std::string> sources{"a", "b"};
    static const std::vector<std::string> targets{"x", "y", "z", ""};
    auto item = job(++last_id_ * 90, one_of(cities)); // spread over several buckets of the rollout's index
    item.run = rollout_id(any_run());
    item.lane = queue::lane_name(one_of(sources), one_of(targets));
    item.score = pick(5);
    item.max_tries = 1 + pick(4);
    item.attempt_floor = chance(10) ? 50 : 0;
    for (const auto& [id, other] : oracle_.jobs)
        if (other.item.run == item.run && other.state != "cancelled" && item.depends_on.size() < 3 &&
            chance(2))
            item.depends_on.emplace_back(id);
    return item;
}

task<> walk::add_jobs()
{
    std::vector<enqueue_item> items;
    for (int i = 1 + pick(6); i > 0; --i) {
        auto item = random_job();
        oracle_.enqueue(item);
        items.push_back(std::move(item));
    }
    co_await q_.enqueue(std::move(items));
    if (chance(30)) co_return;
    for (std::int64_t run = 1; run <= rollouts; ++run) {
        oracle_.seal(run);
        co_await q_.seal(rollout_id(run));
    }
}

task<> walk::claim()
{
    const int wanted = 1 + pick(5);
    const bool expired = chance(25);
    const milliseconds lease = expired ? milliseconds(0) : queue::lease_time;
    const auto worker = fmt::format("w{}", pick(4));
    const auto answer = co_await q_.claim(worker, wanted, lease);
    claims_ += static_cast<int>(answer.jobs.size());
    must(answer.open && !answer.drain, "claiming is refused");
    const auto wrong = oracle_.claim(answer.jobs, static_cast<std::size_t>(wanted), expired);
    must(wrong.empty(), wrong);
}

task<> walk::end_a_job()
{
    const auto active = oracle_.in_state("active");
    if (oracle_.jobs.empty() || (active.empty() && chance(90))) co_return;
    std::vector<std::int64_t> all;
    for (const auto& [id, job] : oracle_.jobs)
        all.push_back(id);
    const auto id = active.empty() || chance(5) ? one_of(all) : one_of(active);
    const auto current = oracle_.jobs.at(id).attempt;
    const auto attempt = chance(15) ? current - 1 + pick(3) : current;
    co_await end_under(id, attempt, pick(10));
}

task<> walk::end_under(std::int64_t id, std::int64_t attempt, int how)
{
    const bool mine = oracle_.holds(id, attempt);
    const auto what = fmt::format("job {} under {}, way {}", id, attempt, how);
    if (how < 5) {
        const bool again = oracle_.jobs.at(id).state == "done" && oracle_.jobs.at(id).attempt == attempt;
        const auto answer = co_await q_.complete(job_id(id), attempt);
        must(answer.stale == (!mine && !again), what);
        if (mine) must(answer.released == oracle_.complete(id), what + ": released");
    } else if (how < 7) {
        const bool due = chance(90);
        const bool fatal = chance(15);
        const milliseconds delay = due ? 0s : 3600s;
        const auto answer = co_await q_.fail(job_id(id), attempt, delay, fatal, "x");
        const auto expected = mine ? oracle_.fail(id, due, fatal) : fail_answer::stale;
        must(answer == expected, what);
    } else if (how == 7) {
        const auto answer = co_await q_.release(job_id(id), attempt);
        must((answer == release_answer::stale) == !mine, what);
        if (mine) oracle_.give_back(id);
    } else if (how == 8) {
        const auto answer = co_await q_.bump(job_id(id), attempt, attempt + 3);
        must(answer == mine, what);
        if (mine) oracle_.jobs.at(id).attempt += 3;
        if (mine) oracle_.give_back(id);
    } else {
        std::vector<queue::beat_item> beats(1);
        beats[0].id = job_id(id);
        beats[0].attempt = attempt;
        const auto answer = co_await q_.beat("w1", "{}", std::move(beats));
        must((answer.jobs.at(0) == beat_answer::lost) == !mine, what);
        if (mine) oracle_.beat(id);
    }
}

task<> walk::upkeep()
{
    const auto answer = co_await q_.reap(1000);
    std::map<std::int64_t, queue::reaped::outcome_t> taken;
    for (const auto& one : answer)
        taken[one.id.value] = one.outcome;
    must(taken == oracle_.reap(), "reaped others, or otherwise");
    const auto dead = oracle_.in_state("dead");
    if (dead.empty() || chance(60)) co_return;
    const auto id = one_of(dead);
    oracle_.redo(id);
    const auto redone = co_await q_.redo(job_id(id));
    must(redone, "redo was refused");
}

task<> walk::operate()
{
    const auto run = any_run();
    const int what = pick(20);
    if (what == 0 && run == 1 && steps_ > 1000) { // the other two live on
        oracle_.cancel(run);
        co_await q_.cancel(rollout_id(run));
    } else if (what < 8) {
        oracle_.pause(run);
        co_await q_.pause(rollout_id(run));
    } else {
        oracle_.resume(run);
        co_await q_.resume(rollout_id(run));
    }
}

task<> walk::limit()
{
    static const std::vector<std::string> names{"s:a", "t:x", "t:y", "*", "s:*", "t:*", "c:*", "c:recife"};
    const auto name = one_of(names);
    std::optional<std::int64_t> limit;
    if (chance(50)) limit = chance(10) ? 0 : 1 + pick(5);
    oracle_.set_limit(name, limit);
    co_await q_.set_limit(name, limit);
}

task<> walk::step()
{
    ++steps_;
    const int what = pick(100);
    if (what < 14)
        co_await add_jobs();
    else if (what < 45)
        co_await claim();
    else if (what < 85)
        co_await end_a_job();
    else if (what < 92)
        co_await upkeep();
    else if (what < 96)
        co_await operate();
    else
        co_await limit();
}

task<> walk::compare()
{
    std::vector<job_id> ids;
    for (const auto& [id, job] : oracle_.jobs)
        ids.emplace_back(id);
    const auto views = co_await q_.views(ids);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto& expected = oracle_.jobs.at(ids[i].value);
        const auto found = views[i] ? fmt::format("{} {}", views[i]->state, views[i]->attempt) : "lost";
        const auto wanted = fmt::format("{} {}", expected.state, expected.attempt);
        must(found == wanted, fmt::format("job {} is {}, should be {}", ids[i].value, found, wanted));
    }
    for (std::int64_t run = 1; run <= rollouts; ++run) {
        const auto counts = co_await q_.counts(rollout_id(run));
        must(counts == oracle_.counts(run), fmt::format("counts of rollout {} differ", run));
    }
    const auto faults = co_await faults_of(url_of(shared_redis()), q_.epoch());
    must(faults.empty(), faults.empty() ? std::string() : faults.front());
}

task<> walk::run_to_the_end()
{
    for (const auto* name : {"s:a", "t:x", "t:y", "*", "s:*", "t:*", "c:*", "c:recife"}) {
        oracle_.set_limit(name, std::nullopt);
        co_await q_.set_limit(name, std::nullopt);
    }
    for (std::int64_t run = 1; run <= rollouts; ++run) {
        oracle_.resume(run);
        co_await q_.resume(rollout_id(run));
        oracle_.seal(run);
        co_await q_.seal(rollout_id(run));
    }
    for (const auto id : oracle_.in_state("active"))
        co_await end_under(id, oracle_.jobs.at(id).attempt, 0);
    while (trouble_.empty()) {
        const auto answer = co_await q_.claim("w1", 5);
        const auto wrong = oracle_.claim(answer.jobs, 5, false);
        must(wrong.empty(), wrong);
        if (answer.jobs.empty()) break;
        for (const auto& one : answer.jobs)
            co_await end_under(one.id.value, one.attempt, 0);
    }
    must(oracle_.in_state("ready").empty() && oracle_.in_state("active").empty(), "something is left over");
}

void walk_with(unsigned seed)
{
    with_queue([&](redis_queue& q) -> task<> {
        walk random(q, seed);
        for (int i = 1; i <= 2000 && random.trouble().empty(); ++i) {
            co_await random.step();
            if (i % 25 == 0) co_await random.compare();
        }
        if (random.trouble().empty()) co_await random.run_to_the_end();
        if (random.trouble().empty()) co_await random.compare();
        EXPECT_EQ(random.trouble(), "") << "seed " << seed;
        EXPECT_GT(random.claims(), 400) << "the walk hardly did anything";
    });
}

} // namespace

TEST(queue_model, random_transitions_agree_with_the_oracle_1) { walk_with(1); }
TEST(queue_model, random_transitions_agree_with_the_oracle_2) { walk_with(20); }
TEST(queue_model, random_transitions_agree_with_the_oracle_3) { walk_with(300); }
TEST(queue_model, random_transitions_agree_with_the_oracle_4) { walk_with(4000); }

#include "shared/queue/words.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tropeiro::queue::words {
namespace {

/// A longer one would turn the job's hash from a listpack into a table and cost a kilobyte.
constexpr std::size_t longest_name = 64;

void check(const enqueue_item& item)
{
    const auto refuse = [&](std::string_view what) {
        throw failure(error_kind::usage, fmt::format("job {} cannot be queued: {}", item.id.value, what));
    };
    if (item.id.value <= 0) refuse("its id must be positive");
    if (item.run.value <= 0) refuse("its rollout's id must be positive");
    if (item.city.empty()) refuse("its city is empty");
    if (item.city.size() > longest_name)
        refuse(fmt::format("its city's name is longer than {} bytes", longest_name));
    if (item.kind.empty() || item.kind.size() > longest_name) refuse("its kind is empty or too long");
}

void append_identity(list& out, const enqueue_item& item)
{
    check(item);
    out.push_back(std::to_string(item.id.value));
    out.push_back(std::to_string(item.run.value));
    out.push_back(item.kind);
    out.push_back(item.city);
    out.push_back(item.lane);
    out.push_back(fmt::format("{}", item.score == 0 ? 0.0 : -item.score)); // the smallest goes first; no "-0"
    out.push_back(std::to_string(item.max_tries));
    out.push_back(std::to_string(item.attempt_floor));
    out.push_back(std::to_string(item.tries));
    out.push_back(std::to_string(item.pass));
}

std::int64_t number_in(std::string_view text)
{
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

int small(const redis::reply& reply) { return static_cast<int>(reply.integer()); }

claimed claimed_from(const redis::reply& r)
{
    claimed job;
    job.id = model::job_id(r[0].integer());
    job.attempt = r[1].integer();
    job.kind = r[2].string();
    job.run = model::rollout_id(r[3].integer());
    job.city = r[4].string();
    job.tries = small(r[5]);
    job.pass = r[6].integer();
    return job;
}

job_facts::limit blocked_from(const redis::reply& r)
{
    job_facts::limit limit;
    limit.resource = r[0].string();
    limit.cap = r[1].integer();
    limit.used = r[2].integer();
    for (const auto& user : r[3].elements())
        limit.users.emplace_back(user.integer());
    return limit;
}

} // namespace

void append(list& out, const enqueue_item& item)
{
    append_identity(out, item);
    out.push_back(std::to_string(item.depends_on.size()));
    for (const auto& parent : item.depends_on)
        out.push_back(std::to_string(parent.value));
}

void append(list& out, const adopt_item& item)
{
    append_identity(out, item.job);
    out.push_back(item.owner);
}

std::string to_text(const model::progress& progress)
{
    return fmt::format("{},{}", progress.rows, progress.bytes);
}

model::progress progress_from(std::string_view text)
{
    const auto comma = text.find(',');
    if (comma == std::string_view::npos) return {};
    return {number_in(text.substr(0, comma)), number_in(text.substr(comma + 1))};
}

std::optional<milliseconds> time_from(const redis::reply& reply)
{
    const auto time = reply.integer();
    if (time < 0) return std::nullopt;
    return milliseconds(time);
}

std::vector<claimed> claims_from(const redis::reply& jobs)
{
    std::vector<claimed> claims;
    for (const auto& job : jobs.elements())
        claims.push_back(claimed_from(job));
    return claims;
}

claim_answer claim_from(const redis::reply& reply)
{
    claim_answer answer;
    const auto& word = reply[0].string();
    answer.open = word != "closed";
    answer.drain = word == "drain";
    if (word != "ok") return answer;
    answer.next_delay = time_from(reply[1]);
    answer.jobs = claims_from(reply[2]);
    return answer;
}

beat_reply beats_from(const redis::reply& reply)
{
    beat_reply answer;
    answer.drain = reply[0].string() == "drain";
    for (std::size_t i = 1; i < reply.size(); ++i) {
        const auto& word = reply[i].string();
        auto of_job = answer.drain ? beat_answer::drain : beat_answer::ok;
        if (word == "lost") of_job = beat_answer::lost;
        if (word == "cancel") of_job = beat_answer::cancel;
        answer.jobs.push_back(of_job);
    }
    return answer;
}

std::vector<reaped> reaped_from(const redis::reply& triples)
{
    using outcome = reaped::outcome_t;
    std::vector<reaped> jobs;
    for (std::size_t i = 0; i + 2 < triples.size(); i += 3) {
        reaped job;
        job.id = model::job_id(triples[i].integer());
        job.attempt = triples[i + 1].integer();
        const auto& word = triples[i + 2].string();
        if (word == "poison") job.outcome = outcome::poison;
        if (word == "cancelled") job.outcome = outcome::cancelled;
        jobs.push_back(job);
    }
    return jobs;
}

std::optional<job_view> view_from(const redis::reply& r)
{
    if (r.is_nil()) return std::nullopt;
    job_view job;
    job.id = model::job_id(r[0].integer());
    job.state = r[1].string();
    job.run = model::rollout_id(r[2].integer());
    job.kind = r[3].string();
    job.city = r[4].string();
    job.lane = r[5].string();
    job.attempt = r[6].integer();
    job.tries = small(r[7]);
    job.recoveries = small(r[8]);
    job.owner = r[9].string();
    job.running = time_from(r[10]);
    job.signature = r[11].string();
    job.progress = progress_from(r[12].string());
    return job;
}

std::optional<job_facts> facts_from(const redis::reply& r)
{
    if (r.elements().empty()) return std::nullopt;
    job_facts facts;
    facts.state = r[0].string();
    facts.open_dependencies = r[1].integer();
    facts.sealed = r[2].integer() == 1;
    facts.due = time_from(r[3]);
    facts.control = r[4].string();
    facts.open = r[5].integer() == 1;
    facts.workers = r[6].integer();
    facts.ahead = r[7].integer();
    facts.owner = r[8].string();
    facts.attempt = r[9].integer();
    facts.tries = small(r[10]);
    facts.max_tries = small(r[11]);
    facts.recoveries = small(r[12]);
    facts.lease = time_from(r[13]);
    facts.signature = r[14].string();
    facts.gathering = r[15].integer() == 1;
    for (const auto& limit : r[16].elements())
        facts.blocked.push_back(blocked_from(limit));
    return facts;
}

queue_counts counts_from(const redis::reply& r)
{
    queue_counts counts;
    counts.wait = r[0].integer();
    counts.ready = r[1].integer();
    counts.active = r[2].integer();
    counts.delay = r[3].integer();
    counts.paused = r[4].integer();
    counts.done = r[5].integer();
    counts.dead = r[6].integer();
    counts.cancelled = r[7].integer();
    return counts;
}

limit_view limit_from(const redis::reply& r)
{
    limit_view limit;
    limit.resource = r[0].string();
    if (!r[1].string().empty()) limit.explicit_limit = r[1].integer();
    if (const auto holds = r[2].integer(); holds >= 0) limit.effective = holds;
    limit.used = r[3].integer();
    limit.parked = r[4].integer();
    return limit;
}

} // namespace tropeiro::queue::words

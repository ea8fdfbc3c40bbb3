// The queue as it should be, in memory and without any cleverness: every question is answered by looking at
// every job. What it cannot know - which of several claimable jobs a claim picks - it checks instead.
#pragma once

#include "shared/queue/queue.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tropeiro::test {

class queue_oracle {
  public:
    struct entry {
        queue::enqueue_item item;
        std::vector<std::string> resources;
        std::string state = "wait";
        bool sealed = false;
        std::set<std::int64_t> waits_for;
        std::int64_t attempt = 0;
        int tries = 0;
        int recoveries = 0;
        bool expired = false; // active, with a lease that is over
        bool due = false;     // delay, and the time has come
    };

    void enqueue(const queue::enqueue_item& item);
    void seal(std::int64_t run);

    /// What the claim brought, checked and carried out; empty is well, otherwise what is wrong with it.
    std::string claim(const std::vector<queue::claimed>& jobs, std::size_t wanted, bool expired);

    bool holds(std::int64_t id, std::int64_t attempt) const;
    /// Dependents made ready.
    int complete(std::int64_t id);
    queue::fail_answer fail(std::int64_t id, bool due, bool fatal);
    void give_back(std::int64_t id);
    void beat(std::int64_t id) { jobs.at(id).expired = false; }
    bool redo(std::int64_t id);
    std::map<std::int64_t, queue::reaped::outcome_t> reap();

    void cancel(std::int64_t run);
    void pause(std::int64_t run);
    void resume(std::int64_t run);
    void set_limit(const std::string& resource, std::optional<std::int64_t> limit);

    queue::queue_counts counts(std::int64_t run) const;
    std::vector<std::int64_t> in_state(const std::string& state) const;

    std::map<std::int64_t, entry> jobs;

  private:
    void make_ready(entry& job);
    using slots = std::map<std::string, std::int64_t>;
    slots in_use() const;
    std::optional<std::int64_t> limit_of(const std::string& resource) const;
    bool can_run(const entry& job, const slots& used) const;

    std::map<std::int64_t, std::string> control_;
    std::map<std::string, std::int64_t> limits_;
};

} // namespace tropeiro::test

// Whether a rollout goes on, stops for somebody to look, or begins its next wave. Pure; carried out when the rollout is
// settled, under its lock. Internal to scheduler/store.
//
//   failed > budget ------------------------------------------> pause
//   begun waves have nothing left that can move
//     canary wave lost a city, and no budget says otherwise --> pause
//     else a wave is left ------------------------------------> begin it, and pause when a look was asked for
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tropeiro::scheduler::store {

struct gate_facts {
    std::int64_t rollout = 0;
    std::int64_t failed = 0; // cities with a dead job, but those that were undone
    std::optional<std::int64_t> max_failed;
    bool canary = false;
    bool pause_between_waves = false;
    int wave = 1; // the newest that has begun
    int waves = 1;
    bool settled = false; // no job of the begun waves runs or can run
};

struct gate_decision {
    bool begin_next = false;
    bool pause = false;
    bool over_budget = false; // only a larger budget or fewer dead jobs let it go on
    std::string why;          // of a pause
};

gate_decision decide(const gate_facts& facts);

} // namespace tropeiro::scheduler::store

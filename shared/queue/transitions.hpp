// The scripts of lua/*.lua, ready to be called: each one its file with the prelude before it. Made at first use.
#pragma once

#include "shared/redis/script.hpp"

#include <string>

namespace tropeiro::queue {

struct transitions {
    redis::script enqueue, seal, adopt;
    redis::script claim, join, beat, complete, more, fail, release, bump;
    redis::script reap, gone, control, sweep, redo, setcap, drain, gate;
    redis::script meta, look, why, counts, ages, workers, limits;
};

const transitions& all_transitions();

/// pre_keys, pre_jobs, pre_rings and pre_ready: what the transitions share.
const std::string& prelude();

} // namespace tropeiro::queue

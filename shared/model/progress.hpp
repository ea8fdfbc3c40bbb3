// How far a running job is: what a worker reports with each heartbeat.
#pragma once

#include <cstdint>

namespace tropeiro::model {

struct progress {
    std::int64_t rows = 0;  // committed
    std::int64_t bytes = 0; // read from the source, not yet all committed
};

} // namespace tropeiro::model

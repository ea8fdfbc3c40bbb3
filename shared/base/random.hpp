// Randomness that needs no seed handed around: identities of processes and jitter. Not for keys.
#pragma once

#include <cstdint>
#include <string>

namespace tropeiro {

/// 16 lower-case hexadecimal digits from the system's random device: the identity of a worker or a scheduler.
std::string random_name();

/// Uniform in [0, 1).
double random_unit();

} // namespace tropeiro

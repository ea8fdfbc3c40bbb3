#include "shared/base/random.hpp"

#include <fmt/format.h>

#include <random>

namespace tropeiro {

std::string random_name()
{
    std::random_device device;
    return fmt::format("{:08x}{:08x}", device(), device());
}

double random_unit()
{
    thread_local std::mt19937_64 engine{std::random_device{}()};
    return std::uniform_real_distribution<double>{0.0, 1.0}(engine);
}

} // namespace tropeiro

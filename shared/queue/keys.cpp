#include "shared/queue/keys.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tropeiro::queue::keys {
namespace {

constexpr std::string_view root = "{tropeiro}:e";

}

std::string prefix(std::int64_t epoch) { return fmt::format("{}{}:", root, epoch); }
std::string wake(std::int64_t epoch) { return prefix(epoch) + "wake"; }
std::string events(std::int64_t epoch) { return prefix(epoch) + "ev"; }
std::string_view every_epoch() { return "{tropeiro}:e*"; }

std::optional<std::int64_t> epoch_of(std::string_view key)
{
    if (!key.starts_with(root)) return std::nullopt;
    const auto rest = key.substr(root.size());
    const auto digits = rest.substr(0, rest.find(':'));
    std::int64_t epoch = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), epoch);
    if (fault != std::errc{} || end != digits.data() + digits.size() || digits.size() == rest.size())
        return std::nullopt;
    return epoch;
}

} // namespace tropeiro::queue::keys

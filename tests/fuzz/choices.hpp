// Decisions drawn from bytes, so that one test can be driven by a seeded generator and by libFuzzer alike. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tropeiro::test {

/// Refers to the bytes. When they are used up every decision is 0.
class choices {
  public:
    explicit choices(std::string_view bytes) : left_(bytes) {}

    bool used_up() const { return left_.empty(); }

    /// 0 to most - 1.
    std::size_t below(std::size_t most)
    {
        std::uint64_t drawn = 0;
        for (std::uint64_t range = 1; range < most; range <<= 8U)
            drawn = (drawn << 8U) | next();
        return most == 0 ? 0 : static_cast<std::size_t>(drawn % most);
    }

    /// Rarely true, and never when the bytes are used up.
    bool one_in(std::size_t many) { return below(many) + 1 == many; }

    /// At most so many bytes.
    std::string bytes(std::size_t most)
    {
        const auto taken = left_.substr(0, std::min(most, left_.size()));
        left_.remove_prefix(taken.size());
        return std::string(taken);
    }

  private:
    std::uint64_t next()
    {
        if (left_.empty()) return 0;
        const auto byte = static_cast<unsigned char>(left_.front());
        left_.remove_prefix(1);
        return byte;
    }

    std::string_view left_;
};

} // namespace tropeiro::test

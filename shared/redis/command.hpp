// One command for Redis: words of any bytes. Built by hand or from anything that fmt prints; turned into the
// wire format by hiredis.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::redis {

class command {
  public:
    /// command("ZADD", key, 5, member)
    template <class... Words>
    explicit command(std::string_view name, const Words&... words)
    {
        words_.reserve(1 + sizeof...(words));
        words_.emplace_back(name);
        (add(words), ...);
    }

    command& add(std::string_view word)
    {
        words_.emplace_back(word);
        return *this;
    }
    template <class Number>
    requires std::integral<Number> || std::floating_point<Number> command& add(Number number)
    {
        words_.push_back(fmt::format("{}", number));
        return *this;
    }
    command& add(const std::vector<std::string>& words)
    {
        words_.insert(words_.end(), words.begin(), words.end());
        return *this;
    }

    const std::string& name() const { return words_.front(); }
    const std::vector<std::string>& words() const { return words_; }

    /// Appends the command to `out` as it goes over the wire.
    void write_to(std::string& out) const;

  private:
    std::vector<std::string> words_;
};

} // namespace tropeiro::redis

// A value that must not be printed: a password, a key. It has no formatter and no operator<<, so a log line
// or an error text that tries to hold one does not compile; `reveal()` marks each place where it leaves.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace tropeiro {

class secret {
  public:
    secret() = default;
    explicit secret(std::string value) : value_(std::move(value)) {}

    const std::string& reveal() const { return value_; }
    bool empty() const { return value_.empty(); }
    friend bool operator==(const secret&, const secret&) = default;

  private:
    std::string value_;
};

} // namespace tropeiro

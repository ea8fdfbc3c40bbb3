// An answer of Redis, owning its bytes. The accessors check: a reply of another shape throws bad_reply, an
// error reply throws the server's error.
#pragma once

#include "shared/redis/error.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace tropeiro::redis {

class reply {
  public:
    using array = std::vector<reply>;
    struct error_text {
        std::string line;
        std::string where;
    };

    reply() = default; // nil
    explicit reply(std::int64_t number) : value_(number) {}
    explicit reply(std::string bytes) : value_(std::move(bytes)) {}
    explicit reply(array elements) : value_(std::move(elements)) {}
    explicit reply(error_text text) : value_(std::move(text)) {}

    bool is_nil() const { return std::holds_alternative<std::monostate>(value_); }
    bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
    bool is_string() const { return std::holds_alternative<std::string>(value_); }
    bool is_array() const { return std::holds_alternative<array>(value_); }
    bool is_error() const { return std::holds_alternative<error_text>(value_); }

    /// An integer reply, or a string that is a decimal number.
    std::int64_t integer() const;
    /// A string or a status.
    const std::string& string() const;
    const array& elements() const;

    /// Elements of an array reply.
    std::size_t size() const { return elements().size(); }
    const reply& operator[](std::size_t index) const;

    /// Throws the server's error when this is one; does nothing otherwise.
    void throw_if_error() const;

  private:
    [[noreturn]] void wrong_shape(const char* wanted) const;

    std::variant<std::monostate, std::int64_t, std::string, array, error_text> value_;
};

} // namespace tropeiro::redis

// The parameters of one statement, turned to text before the statement's coroutine starts, so that no
// reference has to live across a suspension.
#pragma once

#include "shared/base/secret.hpp"
#include "shared/base/strong_id.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tropeiro::pg {

class params {
  public:
    params() = default;

    template <class... A>
    static params of(const A&... args)
    {
        params p;
        p.values_.reserve(sizeof...(args));
        (p.add(args), ...);
        return p;
    }

    params& add(std::nullptr_t) { return push(std::nullopt); }
    params& add(std::nullopt_t) { return push(std::nullopt); }
    params& add(bool value) { return push(value ? "t" : "f"); }
    params& add(double value);
    params& add(std::string_view value) { return push(std::string(value)); }
    params& add(const std::string& value) { return push(value); }
    params& add(const char* value) { return push(std::string(value)); }
    params& add(std::span<const std::string> array); // text[]
    params& add(const std::vector<std::string>& array) { return add(std::span<const std::string>(array)); }
    params& add(std::span<const std::int64_t> array); // bigint[]
    params& add(const std::vector<std::int64_t>& array) { return add(std::span<const std::int64_t>(array)); }

    template <std::integral T>
    params& add(T value)
    {
        return push(std::to_string(value));
    }
    template <class Tag, class Value>
    params& add(const strong_id<Tag, Value>& id)
    {
        return add(id.value);
    }
    template <class T>
    params& add(const std::optional<T>& value)
    {
        if (!value) return push(std::nullopt);
        return add(*value);
    }

    std::size_t size() const { return values_.size(); }
    const std::vector<std::optional<std::string>>& values() const { return values_; }

  private:
    params& push(std::optional<std::string> value); // throws `failure` for a NUL byte, where libpq would cut

    std::vector<std::optional<std::string>> values_;
};

/// {a, b"c} -> {"a","b\"c"}: PostgreSQL's text form of an array.
std::string array_literal(std::span<const std::string> items);

} // namespace tropeiro::pg

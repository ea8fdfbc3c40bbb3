// Numbers and names that must not be mixed up: a job is not a rollout, though both are bigints.
#pragma once

#include <compare>
#include <functional>
#include <utility>

namespace tropeiro {

template <class Tag, class Value> struct strong_id {
    Value value{};

    strong_id() = default;
    explicit strong_id(Value v) : value(std::move(v)) {}
    friend auto operator<=>(const strong_id&, const strong_id&) = default;
    friend bool operator==(const strong_id&, const strong_id&) = default;
};

} // namespace tropeiro

template <class Tag, class Value> struct std::hash<tropeiro::strong_id<Tag, Value>> {
    std::size_t operator()(const tropeiro::strong_id<Tag, Value>& id) const noexcept
    {
        return std::hash<Value>{}(id.value);
    }
};

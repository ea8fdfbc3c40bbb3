// Log lines: a message and key=value fields, to stderr; as text for people or as JSON lines. Any thread.
// Log once, at the boundary that decides, with job, tenant and attempt. A `secret` is no log value: a line
// that tries to hold one does not compile.
//
//     log::info("table copied", {{"tenant", slug}, {"table", name}, {"rows", rows}});
//     const log::logger log{{"job", id}, {"tenant", slug}, {"attempt", attempt}};
//     log.warn("retrying", {{"wait_ms", wait.count()}});
#pragma once

#include "shared/base/secret.hpp"
#include "shared/base/strong_id.hpp"

#include <chrono>
#include <concepts>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tropeiro::log {

enum class level { trace, debug, info, warn, error, off };
enum class style { text, json };

/// "debug" -> level::debug; nothing for another word. The same for "text" and "json".
std::optional<level> level_from(std::string_view name);
std::optional<style> style_from(std::string_view name);

/// What a field may hold. Durations are written in seconds.
class value {
  public:
    value(std::string text) : held_(std::move(text)) {}
    value(std::string_view text) : held_(std::string(text)) {}
    value(const char* text) : held_(std::string(text)) {}
    value(bool flag) : held_(flag) {}
    value(std::signed_integral auto number) requires(!std::same_as<decltype(number), bool>)
        : held_(static_cast<std::int64_t>(number))
    {
    }
    value(std::unsigned_integral auto number) requires(!std::same_as<decltype(number), bool>)
        : held_(static_cast<std::uint64_t>(number))
    {
    }
    value(std::floating_point auto number) : held_(static_cast<double>(number)) {}
    template <class Rep, class Period>
    value(std::chrono::duration<Rep, Period> duration)
        : held_(std::chrono::duration<double>(duration).count())
    {
    }
    template <class Tag, class Value>
    value(const strong_id<Tag, Value>& id) : value(id.value)
    {
    }
    value(const secret&) = delete;
    template <class T>
    value(T*) = delete; // else a pointer would become a bool

    using held = std::variant<std::string, bool, std::int64_t, std::uint64_t, double>;
    const held& get() const { return held_; }

  private:
    held held_;
};

struct field {
    std::string_view key;
    value content;
};
using fields = std::initializer_list<field>;

/// Where lines go and which.
struct options {
    level at_least = level::info;
    style as = style::text;
    std::ostream* to = nullptr; // instead of stderr; outlives its use
};
/// Called in main, before other threads start, and by who takes the lines elsewhere for a while: then no other
/// thread may be logging. Until then lines go to stderr as text from `info` up.
void setup(const options& how);
/// What setup() was told last.
options in_use();
bool enabled(level at);

void write(level at, std::string_view message, fields with = {});
inline void trace(std::string_view message, fields with = {}) { write(level::trace, message, with); }
inline void debug(std::string_view message, fields with = {}) { write(level::debug, message, with); }
inline void info(std::string_view message, fields with = {}) { write(level::info, message, with); }
inline void warn(std::string_view message, fields with = {}) { write(level::warn, message, with); }
inline void error(std::string_view message, fields with = {}) { write(level::error, message, with); }

/// Fields said once and written with every line: of a job, a session, a rollout. Cheap to copy.
class logger {
  public:
    logger() = default;
    logger(fields bound);

    /// This one's fields and more.
    logger with(fields more) const;

    void write(level at, std::string_view message, fields with = {}) const;
    void debug(std::string_view message, fields with = {}) const { write(level::debug, message, with); }
    void info(std::string_view message, fields with = {}) const { write(level::info, message, with); }
    void warn(std::string_view message, fields with = {}) const { write(level::warn, message, with); }
    void error(std::string_view message, fields with = {}) const { write(level::error, message, with); }

  private:
    struct bound_field {
        std::string key;
        value content;
    };
    std::shared_ptr<const std::vector<bound_field>> bound_;
};

} // namespace tropeiro::log

// A command of the program as data: its words, what it takes, examples, and the coroutine that does it. One
// file per noun (rollout_commands.cpp, job_commands.cpp, ...) returns its rows; command_table.cpp puts them
// together; command_line.cpp turns argv into a row and its arguments.
#pragma once

#include "shared/base/error.hpp"
#include "shared/rt/asio.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tropeiro::scheduler::cli {

class session;

/// What was given on the command line, by flag name without dashes ("batch-size") or positional name
/// ("SLUG").
class arguments {
  public:
    void set(std::string name, std::string value) { values_[std::move(name)] = std::move(value); }

    bool has(const std::string& name) const { return values_.contains(name); }
    std::string text(const std::string& name, std::string otherwise = {}) const;
    std::optional<std::string> maybe(const std::string& name) const;

    /// Comma-separated words.
    std::vector<std::string> list(const std::string& name) const;

    /// A whole number from `least` on; throws failure(usage) naming the flag.
    std::optional<std::int64_t> number(const std::string& name, std::int64_t least) const;

    /// "1,10,50"; empty when it was not given. Throws as number() does.
    std::vector<std::int64_t> numbers(const std::string& name, std::int64_t least) const;

  private:
    std::map<std::string, std::string> values_;
};

struct flag {
    std::string name;  // "batch-size"
    std::string value; // what stands for its value in help: "N"; empty: a switch
    std::string help;
};

struct positional {
    std::string name; // "SLUG"
    std::string help;
    bool required = true;
};

struct example {
    std::string line; // without the program's name
    std::string what;
};

struct command {
    std::string noun;
    std::string verb; // empty: the noun alone is the command
    std::string summary;
    std::vector<positional> positionals;
    std::vector<flag> flags;
    std::vector<example> examples;
    std::function<task<int>(session&, const arguments&)> run; // gives the exit code

    std::string words() const { return verb.empty() ? noun : noun + " " + verb; }
};

} // namespace tropeiro::scheduler::cli

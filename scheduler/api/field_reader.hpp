// Reading a request's JSON object field by field, with an error that names the field. Pure.
#pragma once

#include "scheduler/plan/request.hpp"
#include "shared/base/error.hpp"
#include "shared/base/text.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::scheduler::api {

/// Of kind usage.
error wrong_request(std::string message, std::string hint = {});

/// The first field of the object that is none of these, with the nearest one that is. `what`: "a plan request".
std::optional<error> unknown_field(const boost::json::object& body, const std::vector<std::string>& known,
                                   std::string_view what);

/// "students", "ops.schools".
result<std::vector<model::table_name>> tables_from(const std::vector<std::string>& names);

/// The members "modules", "tables" and "all_tables".
result<plan::table_choice> table_choice_from(const boost::json::object& body);

/// Reads the members that are there; the first fault is kept.
class field_reader {
  public:
    explicit field_reader(const boost::json::object& body) : body_(body) {}

    void words(std::string_view name, std::vector<std::string>& into);
    void text(std::string_view name, std::string& into);
    void flag(std::string_view name, bool& into);

    /// Whole numbers from 1 on.
    void number(std::string_view name, std::optional<std::int64_t>& into);
    void numbers(std::string_view name, std::vector<std::int64_t>& into);

    /// `names`: pairs of a value and its name.
    template <class Names, class Value>
    void choice(std::string_view name, const Names& names, Value& into)
    {
        std::string given;
        text(name, given);
        if (given.empty()) return;
        std::vector<std::string> known;
        for (const auto& [value, known_name] : names) {
            if (known_name == given) {
                into = value;
                return;
            }
            known.emplace_back(known_name);
        }
        fail(name, "one of " + tropeiro::text::join(known, ", "));
    }

    std::optional<error> fault;

  private:
    const boost::json::value* find(std::string_view name) const;
    void fail(std::string_view name, std::string_view wanted);

    const boost::json::object& body_;
};

} // namespace tropeiro::scheduler::api

// What went wrong, in words a person can act on, and the exit code that goes with it.
//
// Two ways carry it. `result<T>` is for answers that a caller branches on; `failure` is thrown for trouble
// that ends the work at hand. Infrastructure has its own exceptions (pg::error, redis::error), all derived
// from `failure`, so that the one catch of a job or a session sees every kind.
#pragma once

#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>

namespace tropeiro {

enum class error_kind {
    failed,      // exit 1
    usage,       // exit 2
    partial,     // exit 3: finished, but with dead jobs or drift
    not_found,   // exit 4
    conflict,    // exit 5: somebody else holds it, or it is in a state that forbids this
    refused,     // exit 6: a guard said no
    unreachable, // exit 69: a server does not answer
    interrupted, // exit 130
};

/// The exit code of the command line for this kind.
int exit_code(error_kind kind);

/// The kind's name as it stands in JSON answers: "not_found", "conflict", ...
std::string_view to_string(error_kind kind);

/// The kind with this name; `failed` for a name that is none.
error_kind error_kind_from(std::string_view name);

struct error {
    error_kind kind = error_kind::failed;
    std::string message; // what was wrong and where: names the thing
    std::string hint;    // what to do about it; may be empty
};

class failure : public std::runtime_error {
  public:
    explicit failure(error e) : std::runtime_error(e.message), error_(std::move(e)) {}
    failure(error_kind kind, std::string message, std::string hint = {})
        : failure(error{kind, std::move(message), std::move(hint)})
    {
    }

    const error& what_went_wrong() const { return error_; }
    error_kind kind() const { return error_.kind; }
    const std::string& hint() const { return error_.hint; }

  private:
    error error_;
};

template <class T = void> using result = boost::system::result<T, error>;

/// Found by boost::system::result when value() is called on an error.
[[noreturn]] void throw_exception_from_error(const error& e, const boost::source_location& where);

} // namespace tropeiro

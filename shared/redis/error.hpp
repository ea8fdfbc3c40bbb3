// What Redis, or the way to it, answered instead of a result.
//
// Thrown by everything in redis. The code is the first word of the server's message (OOM, NOSCRIPT, LOADING
// ...) where it sent one, and empty when this side noticed the trouble. Texts name the server, never a
// password.
#pragma once

#include "shared/base/error.hpp"

#include <string>
#include <string_view>

namespace tropeiro::redis {

class error : public failure {
  public:
    /// An error reply of the server. `line` is its text: "OOM command not allowed when used memory >
    /// 'maxmemory'."
    error(std::string_view line, std::string_view where);

    /// "OOM", "NOSCRIPT", "WRONGTYPE", "ERR"; empty when the server did not speak.
    const std::string& code() const { return code_; }

    bool is_unknown_script() const { return code_ == "NOSCRIPT"; }
    /// The connection is gone, or was never there: opening it again may help.
    bool is_connection_lost() const { return lost_; }

  protected:
    struct lost_tag {};
    error(lost_tag, std::string message, std::string hint);
    struct protocol_tag {};
    error(protocol_tag, std::string message);

  private:
    std::string code_;
    bool lost_ = false;
};

/// The connection could not be made, or broke. Kind `unreachable`.
class connection_lost : public error {
  public:
    connection_lost(std::string message, std::string hint = {})
        : error(lost_tag{}, std::move(message), std::move(hint))
    {
    }
};

/// An answer that does not have the shape asked for: a fault of ours or no Redis at the other end.
class bad_reply : public error {
  public:
    explicit bad_reply(std::string message) : error(protocol_tag{}, std::move(message)) {}
};

} // namespace tropeiro::redis

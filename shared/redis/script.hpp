// A Lua script of ours: called by its digest, loaded when the server does not know it.
#pragma once

#include "shared/redis/client.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tropeiro::redis {

class script {
  public:
    /// `name` is for error texts.
    script(std::string name, std::string text);

    const std::string& name() const { return name_; }
    const std::string& text() const { return text_; }
    const std::string& sha1() const { return sha1_; } // 40 lower-case hexadecimal digits

    /// The EVALSHA for it.
    command call(const std::vector<std::string>& keys, const std::vector<std::string>& args) const;

  private:
    std::string name_;
    std::string text_;
    std::string sha1_;
};

/// EVALSHA; after NOSCRIPT (a restart, SCRIPT FLUSH) loads the script and calls once more. Throws error.
/// `what` must outlive the call.
task<reply> evaluate(reconnecting_client& server, const script& what, std::vector<std::string> keys,
                     std::vector<std::string> args, milliseconds deadline = default_deadline);

} // namespace tropeiro::redis

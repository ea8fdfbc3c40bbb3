// Bytes from Redis into replies: hiredis' protocol reader behind an owning type. No I/O.
#pragma once

#include "shared/redis/reply.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct redisReader;

namespace tropeiro::redis {

class reader {
  public:
    /// `where` names the server in errors.
    explicit reader(std::string where);

    void feed(std::string_view bytes);

    /// The next complete reply, if there is one. Throws bad_reply for bytes that are no Redis protocol; the
    /// reader is of no use after that.
    std::optional<reply> next();

  private:
    struct closer {
        void operator()(redisReader* reader) const;
    };
    std::unique_ptr<redisReader, closer> reader_;
    std::string where_;
};

} // namespace tropeiro::redis

// A redis-server of our own: on a unix socket in a folder that only we may enter, nothing kept on disk, gone
// with this process. Owned by the embedded scheduler; lives on main's thread, which the kernel ties it to.
#pragma once

#include "shared/base/scratch_folder.hpp"
#include "shared/base/secret.hpp"
#include "shared/rt/child.hpp"

#include <filesystem>
#include <memory>

namespace tropeiro::scheduler::cli {

class private_redis {
  public:
    /// Starts it and waits until it answers. Throws failure(not_found) when there is no redis-server to
    /// start, with the package to install, and failure(failed) with the end of its log when it does not come
    /// up.
    static task<private_redis> start(std::filesystem::path log_file);

    /// unix:///tmp/tropeiro-XXXXXX/redis.sock
    secret url() const;

    /// Starts it again, at the same address and empty, when it has died. True: it had.
    task<bool> revive();

    /// Ends it.
    task<> stop();

  private:
    private_redis(scratch_folder folder, std::filesystem::path log_file);
    task<> launch();

    scratch_folder folder_; // goes after the server
    std::filesystem::path log_file_;
    std::unique_ptr<rt::child> server_;
};

} // namespace tropeiro::scheduler::cli

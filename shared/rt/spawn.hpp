// fork and exec, shared by subprocess and child. Everything that may allocate or fail in interesting ways
// happens before the fork; an exec that fails is reported back through a pipe.
#pragma once

#include "shared/base/secret.hpp"

#include <array>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tropeiro::rt {

struct spawn_request {
    std::string program;
    std::vector<std::string> args;
    std::map<std::string, std::string> environment;
    std::map<std::string, secret> secrets;
    std::string directory;
    bool own_group = true;
    std::array<int, 3> descriptors{-1, -1, -1}; // stdin, stdout, stderr; -1: stdin from /dev/null, else ours
};

struct spawned {
    pid_t pid = -1;
    int pidfd = -1; // the caller closes it
    bool own_group = false;
};

/// Starts the program; it is killed when the calling thread ends. Throws failure.
spawned spawn(const spawn_request& wanted);

/// A status of waitpid as a shell says it.
int shell_status(int wait_status);

} // namespace tropeiro::rt

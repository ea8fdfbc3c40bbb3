// A program started by a test: its output in files, its end awaited with a limit, never left behind. It dies
// with the thread that started it (PR_SET_PDEATHSIG), also when the test crashes.
#pragma once

#include "tests/support/temp_dir.hpp"

#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tropeiro::test {

struct spawn_options {
    std::map<std::string, std::string> env; // on top of ours
    std::vector<std::string> unset;         // taken out of ours
    std::string working_dir;
    std::string input;          // its standard input
    std::string as_user;        // only heeded when we are root
    int death_signal = SIGKILL; // what it gets when we die
};

class child_process {
  public:
    explicit child_process(std::vector<std::string> argv, spawn_options options = {});
    child_process(child_process&&) noexcept;
    child_process& operator=(child_process&&) = delete;
    /// Kills it (SIGKILL) when it still runs.
    ~child_process();

    pid_t pid() const { return pid_; }
    bool running();
    void signal(int number);

    /// Its exit code; 128 + n when signal n ended it. Throws after `limit` (and kills it).
    int wait(std::chrono::milliseconds limit = std::chrono::seconds(60));

    /// What it has written so far.
    std::string out() const;
    std::string err() const;

    /// Until its stdout (or stderr) contains `text`; throws after `limit` or when it ended without.
    void wait_for_output(const std::string& text, std::chrono::milliseconds limit = std::chrono::seconds(30));

  private:
    std::unique_ptr<temp_dir> files_;
    pid_t pid_ = -1;
    std::optional<int> exit_;
};

struct finished {
    int exit = 0;
    std::string out;
    std::string err;
};

/// Both streams, for messages of tests.
inline std::string said(const finished& run) { return run.out + run.err; }

/// Starts, waits, returns everything.
finished run_program(std::vector<std::string> argv, spawn_options options = {},
                     std::chrono::milliseconds limit = std::chrono::seconds(60));

} // namespace tropeiro::test

#include "shared/rt/spawn.hpp"

#include "shared/base/error.hpp"
#include "shared/rt/subprocess.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tropeiro::rt {
namespace {

// What the child needs, laid out before the fork: after it only async-signal-safe calls are allowed.
struct image {
    std::string path;
    std::vector<std::string> words;
    std::vector<std::string> variables;
    std::vector<char*> argv;
    std::vector<char*> envp;
};

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> out;
    for (auto& text : texts)
        out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

std::vector<std::string> merged_environment(const spawn_request& wanted)
{
    std::map<std::string, std::string> merged;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals != std::string_view::npos)
            merged[std::string(text.substr(0, equals))] = text.substr(equals + 1);
    }
    for (const auto& [name, value] : wanted.environment)
        merged[name] = value;
    for (const auto& [name, value] : wanted.secrets)
        merged[name] = value.reveal();
    std::vector<std::string> out;
    for (const auto& [name, value] : merged)
        out.push_back(name + "=" + value);
    return out;
}

[[noreturn]] void fail_in_child(int report)
{
    const int why = errno;
    [[maybe_unused]] const auto written = ::write(report, &why, sizeof why);
    ::_exit(127);
}

void reset_signals()
{
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT, SIGCHLD, SIGUSR1, SIGUSR2})
        ::signal(number, SIG_DFL);
}

void place_descriptors(std::array<int, 3> wanted, int report)
{
    if (wanted[0] < 0) wanted[0] = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    // First out of the way of 0..2, else one dup2 could overwrite the source of the next.
    for (int& fd : wanted)
        if (fd >= 0 && fd < 3) fd = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
    for (int slot = 0; slot < 3; ++slot) {
        const auto fd = wanted[static_cast<std::size_t>(slot)];
        if (fd >= 0 && ::dup2(fd, slot) < 0) fail_in_child(report);
    }
}

[[noreturn]] void become(const image& what, const spawn_request& wanted, pid_t parent, int report)
{
    if (wanted.own_group) ::setpgid(0, 0);
    reset_signals();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127); // it died before we asked
    place_descriptors(wanted.descriptors, report);
    if (!wanted.directory.empty() && ::chdir(wanted.directory.c_str()) != 0) fail_in_child(report);
    ::execve(what.path.c_str(), what.argv.data(), what.envp.data());
    fail_in_child(report);
}

int open_pidfd(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

} // namespace

spawned spawn(const spawn_request& wanted)
{
    image what{find_program(wanted.program), {wanted.program}, merged_environment(wanted), {}, {}};
    what.words.insert(what.words.end(), wanted.args.begin(), wanted.args.end());
    what.argv = pointers(what.words);
    what.envp = pointers(what.variables);

    std::array<int, 2> report{};
    if (::pipe2(report.data(), O_CLOEXEC) != 0)
        throw failure(error_kind::failed,
                      fmt::format("cannot start {}: {}", wanted.program, std::strerror(errno)));
    const auto parent = ::getpid();
    const auto pid = ::fork();
    if (pid == 0) become(what, wanted, parent, report[1]);
    int why = pid < 0 ? errno : 0;
    ::close(report[1]);
    if (pid > 0 && ::read(report[0], &why, sizeof why) <= 0) why = 0;
    ::close(report[0]);
    const int pidfd = pid > 0 && why == 0 ? open_pidfd(pid) : -1;
    if (why == 0 && pidfd < 0) why = errno;
    if (why == 0) return spawned{pid, pidfd, wanted.own_group};
    if (pid > 0) {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
    }
    const auto where = wanted.directory.empty() ? std::string() : fmt::format(" in {}", wanted.directory);
    throw failure(error_kind::failed,
                  fmt::format("cannot start {}{}: {}", what.path, where, std::strerror(why)));
}

int shell_status(int wait_status)
{
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

} // namespace tropeiro::rt

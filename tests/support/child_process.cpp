#include "tests/support/child_process.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace tropeiro::test {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> environment_of(const spawn_options& options)
{
    std::vector<std::string> lines;
    for (char** line = environ; *line; ++line) {
        const std::string text = *line;
        const auto name = text.substr(0, text.find('='));
        const bool unset = std::find(options.unset.begin(), options.unset.end(), name) != options.unset.end();
        if (!unset && !options.env.contains(name)) lines.push_back(text);
    }
    for (const auto& [name, value] : options.env)
        lines.push_back(name + "=" + value);
    return lines;
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> list;
    for (auto& text : texts)
        list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

// Everything that the child needs between fork and exec, found out before the fork: there it may not
// allocate.
struct launch {
    std::vector<std::string> argv;
    std::vector<std::string> env;
    std::vector<char*> argv_pointers;
    std::vector<char*> env_pointers;
    std::string in, out, err, directory;
    uid_t uid = 0;
    gid_t gid = 0;
    bool change_user = false;
    int death_signal = SIGKILL;
    pid_t parent = 0;
};

void redirect(const std::string& path, int flags, int to)
{
    const int fd = ::open(path.c_str(), flags, 0666);
    if (fd < 0 || ::dup2(fd, to) < 0) ::_exit(126);
    if (fd != to) ::close(fd);
}

[[noreturn]] void become(const launch& plan)
{
    redirect(plan.in, O_RDONLY, 0);
    redirect(plan.out, O_WRONLY | O_APPEND, 1);
    redirect(plan.err, O_WRONLY | O_APPEND, 2);
    if (plan.change_user &&
        (::setgroups(1, &plan.gid) != 0 || ::setgid(plan.gid) != 0 || ::setuid(plan.uid) != 0))
        ::_exit(126);
    // After setuid, which clears it. The parent may have died before this line.
    ::prctl(PR_SET_PDEATHSIG, plan.death_signal);
    if (::getppid() != plan.parent) ::_exit(126);
    if (!plan.directory.empty() && ::chdir(plan.directory.c_str()) != 0) ::_exit(126);
    ::close_range(3, ~0U, 0);
    ::execvpe(plan.argv_pointers[0], plan.argv_pointers.data(), plan.env_pointers.data());
    const char message[] = "exec failed\n";
    static_cast<void>(!::write(2, message, sizeof message - 1));
    ::_exit(127);
}

void set_user(launch& plan, const std::string& name)
{
    if (name.empty() || ::geteuid() != 0) return;
    const auto* user = ::getpwnam(name.c_str());
    if (!user) throw std::runtime_error("there is no user " + name);
    plan.change_user = true;
    plan.uid = user->pw_uid;
    plan.gid = user->pw_gid;
}

} // namespace

child_process::child_process(std::vector<std::string> argv, spawn_options options)
    : files_(std::make_unique<temp_dir>())
{
    launch plan;
    plan.env = environment_of(options);
    plan.argv = std::move(argv);
    plan.argv_pointers = pointers(plan.argv);
    plan.env_pointers = pointers(plan.env);
    plan.in = files_->write("in", options.input).string();
    plan.out = files_->write("out", "").string();
    plan.err = files_->write("err", "").string();
    plan.directory = options.working_dir;
    plan.death_signal = options.death_signal;
    plan.parent = ::getpid();
    set_user(plan, options.as_user);
    pid_ = ::fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ == 0) become(plan);
}

child_process::child_process(child_process&& other) noexcept
    : files_(std::move(other.files_)), pid_(std::exchange(other.pid_, -1)), exit_(other.exit_)
{
}

child_process::~child_process()
{
    if (pid_ <= 0 || !running()) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

bool child_process::running()
{
    if (exit_) return false;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
    exit_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return false;
}

void child_process::signal(int number)
{
    if (running()) ::kill(pid_, number);
}

int child_process::wait(std::chrono::milliseconds limit)
{
    const auto give_up = std::chrono::steady_clock::now() + limit;
    while (running()) {
        if (std::chrono::steady_clock::now() > give_up) {
            ::kill(pid_, SIGKILL);
            throw std::runtime_error("a child process did not end in time; it wrote:\n" + out() + err());
        }
        std::this_thread::sleep_for(2ms);
    }
    return *exit_;
}

std::string child_process::out() const { return read_file(*files_ / "out"); }

std::string child_process::err() const { return read_file(*files_ / "err"); }

void child_process::wait_for_output(const std::string& text, std::chrono::milliseconds limit)
{
    const auto give_up = std::chrono::steady_clock::now() + limit;
    while (true) {
        const bool ended = !running(); // before reading, so that its last words are read
        if (out().find(text) != std::string::npos || err().find(text) != std::string::npos) return;
        if (ended)
            throw std::runtime_error("a child ended without saying \"" + text + "\":\n" + out() + err());
        if (std::chrono::steady_clock::now() > give_up)
            throw std::runtime_error("a child never said \"" + text + "\":\n" + out() + err());
        std::this_thread::sleep_for(5ms);
    }
}

finished run_program(std::vector<std::string> argv, spawn_options options, std::chrono::milliseconds limit)
{
    child_process child(std::move(argv), std::move(options));
    const int exit = child.wait(limit);
    return {exit, child.out(), child.err()};
}

} // namespace tropeiro::test

// The owner of child coroutines: nothing of ours runs detached. A group lives on one executor, whose thread
// is the only one to touch it. Whoever owns the group joins it before leaving; `task_group::run` does so by
// itself.
#pragma once

#include "shared/rt/asio.hpp"
#include "shared/rt/cancellation.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <string>

namespace tropeiro::rt {

class task_group {
  public:
    /// Called with what a child threw. A cancelled child is no error and is not reported.
    using error_handler = std::function<void(std::string_view child, std::exception_ptr thrown)>;

    /// Children stand or fall together: the first exception cancels the others hard and is thrown by join().
    explicit task_group(asio::any_io_executor executor);

    /// Children stand alone (sessions, jobs): each exception goes to the handler, join() throws nothing.
    task_group(asio::any_io_executor executor, error_handler handler);

    /// Cancels hard what still runs. The children unwind later, so they must not refer to the group's owner
    /// by then: join first.
    ~task_group();
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;

    /// Starts the child. Its parameters are its own: pass by value. After cancel_all(rt::hard) a new child is
    /// dropped without running. `name` is for error texts and logs.
    void spawn(task<> child, std::string name = {});

    /// rt::soft asks, rt::hard cuts. May be called again: soft first, hard after the grace.
    void cancel_all(asio::cancellation_type how);

    /// Waits for every child, those spawned meanwhile too; then throws the first exception, if one is kept.
    /// Cancelling the joiner cancels the children the same way, and it goes on waiting for them.
    task<> join();

    /// As join(), but gives up after `grace` and answers false; the children run on.
    task<bool> join_for(std::chrono::steady_clock::duration grace);

    std::size_t size() const;
    bool empty() const { return size() == 0; }

    /// Runs `body` with a group that is cancelled when it throws and joined before this returns.
    static task<> run(std::function<task<>(task_group&)> body);

    struct state; // in the .cpp

  private:
    std::shared_ptr<state> state_;
};

} // namespace tropeiro::rt

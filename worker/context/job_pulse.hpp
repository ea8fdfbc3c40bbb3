// What a running job and the worker's heartbeat tell each other: progress one way, "stop" the other. Shared
// by the two, on the worker's one thread.
#pragma once

#include "shared/base/error.hpp"
#include "shared/model/progress.hpp"

namespace tropeiro::worker::context {

/// Thrown by a job that left at a safe point because it was asked to. No error: the job goes back to the
/// queue.
class stopped : public failure {
  public:
    stopped() : failure(error_kind::interrupted, "stopped at a checkpoint") {}
};

class job_pulse {
  public:
    void on_rows(std::int64_t rows, std::int64_t bytes)
    {
        progress_.rows += rows;
        progress_.bytes += bytes;
    }
    const model::progress& progress() const { return progress_; }

    void request_stop() { stop_requested_ = true; }
    bool stop_requested() const { return stop_requested_; }

    /// Somebody else has the claim: nothing more may be written in its name.
    void lose() { lost_ = true; }
    bool lost() const { return lost_; }

    /// To be called where leaving loses nothing: between batches, between tables.
    void leave_if_asked() const
    {
        if (stop_requested_) throw stopped();
    }

  private:
    model::progress progress_;
    bool stop_requested_ = false;
    bool lost_ = false;
};

} // namespace tropeiro::worker::context

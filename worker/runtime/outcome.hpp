// What becomes of a job that ended: a pure function of how it ended.
//
//   returned normally ............................... done
//   a pass's member whose row was refused ............ release   and out of the pass: it goes on alone
//   stopped at a checkpoint, or cut by a shutdown .... release   back to the queue at once, no try is lost
//   fenced_off ....................................... lost      somebody newer has it: touch nothing
//   a lost connection, a deadlock, a full server ..... retry     after a backoff, a try is lost
//   a snapshot that nobody holds any more ............ retry     no new epoch came in time
//   a refusal, a missing table, a row that is refused . fatal    trying again cannot help: dead at once
#pragma once

#include <exception>
#include <string>

namespace tropeiro::worker::runtime {

struct outcome {
    enum class kind_t { done, release, lost, retry, fatal };
    kind_t kind = kind_t::done;
    std::string message;   // for people: what was wrong and what to do; empty when nothing was
    std::string signature; // groups failures of one cause: a SQLSTATE or the kind's name
    bool alone = false;    // released: never again as a member of a pass
};

/// `thrown` is what the job threw; null when it returned.
outcome outcome_of(const std::exception_ptr& thrown);

} // namespace tropeiro::worker::runtime

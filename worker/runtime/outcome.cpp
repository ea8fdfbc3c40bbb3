#include "worker/runtime/outcome.hpp"

#include "shared/pg/error.hpp"
#include "shared/rt/cancellation.hpp"
#include "worker/context/job_pulse.hpp"
#include "worker/context/snapshot_relay.hpp"
#include "worker/copy/copy_job.hpp"
#include "worker/copy/ledger.hpp"

#include <fmt/format.h>

namespace tropeiro::worker::runtime {
namespace {

using kind_t = outcome::kind_t;

std::string sentence(const failure& e)
{
    return e.hint().empty() ? std::string(e.what()) : fmt::format("{} ({})", e.what(), e.hint());
}

outcome of_server(const pg::error& e)
{
    const auto& state = e.sqlstate();
    const bool again = pg::is_connection_lost(e) || pg::is_retryable(state);
    return {again ? kind_t::retry : kind_t::fatal, sentence(e), state.empty() ? "server" : state};
}

outcome of_failure(const failure& e)
{
    const bool again = e.kind() == error_kind::unreachable;
    return {again ? kind_t::retry : kind_t::fatal, sentence(e), std::string(to_string(e.kind()))};
}

} // namespace

outcome outcome_of(const std::exception_ptr& thrown)
{
    if (!thrown) return {};
    if (rt::is_cancelled(thrown)) return {kind_t::release, "cut by a shutdown", "cancelled"};
    try {
        std::rethrow_exception(thrown);
    } catch (const copy::goes_alone& e) {
        return {kind_t::release, e.what(), "goes_alone", true};
    } catch (const context::stopped&) {
        return {kind_t::release, "stopped at a checkpoint", "stopped"};
    } catch (const copy::fenced_off& e) {
        return {kind_t::lost, e.what(), "fenced_off"};
    } catch (const context::snapshot_lost& e) {
        return {kind_t::retry, sentence(e), "snapshot_lost"};
    } catch (const pg::error& e) {
        return of_server(e);
    } catch (const failure& e) {
        return of_failure(e);
    } catch (const std::exception& e) {
        return {kind_t::fatal, e.what(), "internal"};
    }
}

} // namespace tropeiro::worker::runtime

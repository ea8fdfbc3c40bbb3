#include "worker/provision/sequences.hpp"

#include "shared/pg/quote.hpp"
#include "worker/context/site.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tropeiro::worker::provision {
namespace {

/// Never backwards: a city that is merged into may have gone further than the source. A sequence that was not
/// used yet takes the source's state whatever it is.
std::string advance_sql(const std::string& name)
{
    return fmt::format("SELECT setval({}::regclass, $1::bigint, $2::boolean) FROM {} "
                       "WHERE NOT is_called OR last_value < $1::bigint",
                       pg::quote_literal(name), name);
}

} // namespace

task<> set_sequences(const context::job_context& job, std::vector<model::table_name> sequences)
{
    // Sequences stand outside of snapshots: a plain connection reads what a snapshot's would.
    pg::connect_options options;
    options.application_name = job.application_name();
    auto source = co_await pg::connection::open(job.servers.source().source(), options);
    auto target = co_await job.servers.targets().enter(job);
    for (const auto& sequence : sequences) {
        const auto name = pg::qualified(sequence);
        const auto read = co_await source.query(fmt::format("SELECT last_value, is_called FROM {}", name));
        const auto last = read.one();
        co_await target->query(advance_sql(name), last.get<std::int64_t>("last_value"),
                               last.get<bool>("is_called"));
    }
}

task<model::progress> set_sequences(const context::job_context& job)
{
    auto spec = model::spec_from_json<model::sequences_spec>(job.spec);
    co_await set_sequences(job, std::move(spec.sequences));
    co_return model::progress{};
}

} // namespace tropeiro::worker::provision

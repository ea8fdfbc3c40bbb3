#include "worker/provision/verify.hpp"

#include "shared/base/text.hpp"
#include "shared/rows/read_back.hpp"
#include "worker/context/site.hpp"
#include "worker/copy/ledger.hpp"
#include "worker/provision/sql_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tropeiro::worker::provision {
namespace {

/// What is wrong with the table; empty when nothing is.
std::string difference(const model::copy_item& item, const copy::part_state& sent,
                       const crypto::row_receipt& found)
{
    const auto table = model::to_string(item.table);
    if (!sent.done) return fmt::format("table {}: not all of its parts have arrived", table);
    if (found.rows() != sent.receipt.rows())
        return fmt::format("table {}: {} rows were sent, {} are there", table,
                           text::human_count(sent.receipt.rows()), text::human_count(found.rows()));
    if (!(found == sent.receipt))
        return fmt::format("table {}: {} rows as sent, but their content differs (receipt {} sent, {} found)",
                           table, text::human_count(found.rows()), sent.receipt.digest(), found.digest());
    return {};
}

task<std::string> check(pg::connection& target, const model::copy_item& item)
{
    const auto sent = co_await copy::table_state(target, item.table);
    if (sent.done && sent.merged)
        co_return ""; // it holds other rows as well: nothing to compare the sum with
    const auto found = co_await rows::read_back(target, item);
    co_return difference(item, sent, found);
}

} // namespace

task<model::progress> verify(const context::job_context& job)
{
    const auto spec = model::spec_from_json<model::verify_spec>(job.spec);
    auto target = co_await job.servers.targets().enter(job);
    co_await target->execute("SET row_security = off");
    std::vector<std::string> differences;
    for (const auto& item : spec.tables) {
        auto what = co_await check(*target, item);
        if (what.empty())
            co_await target->query(sql::mark_verified, item.table.schema, item.table.name);
        else
            differences.push_back(std::move(what));
        job.pulse.leave_if_asked();
    }
    if (!differences.empty())
        throw failure(
            error_kind::conflict, text::join(differences, "; "),
            "something else writes to this database; `tropeiro data verify --repair` brings what is "
            "missing or differs, as the source has it then, and `tropeiro rollout retry` goes on; rows that "
            "only the city has must be taken away by hand, or all of it provisioned again with --truncate");
    co_return model::progress{};
}

} // namespace tropeiro::worker::provision

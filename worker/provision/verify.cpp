#include "worker/provision/verify.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/copy_out.hpp"
#include "worker/context/site.hpp"
#include "worker/copy/copy_sql.hpp"
#include "worker/copy/ledger.hpp"
#include "worker/copy/row_slicer.hpp"
#include "worker/provision/sql_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>

namespace tropeiro::worker::provision {
namespace {

void add_row(crypto::row_receipt& receipt, const copy::row_slice& row, std::string& scratch)
{
    constexpr std::size_t large = 1U << 20U;
    if (row.size() > large) {
        const std::array<std::string_view, 2> pieces{std::string_view(row.head, row.head_size), row.body};
        receipt.add(pieces);
        return;
    }
    scratch.assign(row.head, row.head_size);
    scratch.append(row.body);
    receipt.add(scratch);
}

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
    const auto found = co_await read_back(target, item);
    co_return difference(item, sent, found);
}

} // namespace

task<crypto::row_receipt> read_back(pg::connection& target, const model::copy_item& item)
{
    auto reader = co_await pg::copy_out::open(target, copy::read_back_sql(item));
    copy::row_slicer slicer(item.format, false);
    crypto::row_receipt receipt;
    std::string scratch;
    std::string_view message;
    for (;;) {
        const auto what = reader.poll(message);
        if (what == pg::copy_poll::end) break;
        if (what == pg::copy_poll::empty) {
            co_await reader.wait();
            continue;
        }
        const auto row = slicer.slice(message);
        if (row.is_row) add_row(receipt, row, scratch);
    }
    co_await reader.finish();
    co_return receipt;
}

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
        throw failure(error_kind::conflict, text::join(differences, "; "),
                      "something else writes to this database; provision it again with --truncate");
    co_return model::progress{};
}

} // namespace tropeiro::worker::provision

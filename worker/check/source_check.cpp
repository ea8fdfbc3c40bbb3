#include "worker/check/source_check.hpp"

#include "shared/pg/quote.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/rows/pinned_settings.hpp"
#include "shared/rows/read_back.hpp"
#include "worker/check/comparison.hpp"
#include "worker/check/repair.hpp"
#include "worker/check/sql_text.hpp"
#include "worker/context/site.hpp"
#include "worker/copy/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::worker::check {
namespace {

using verdict = table_check::verdict_t;

task<pg::connection> open_source(const context::job_context& job)
{
    pg::connect_options options;
    options.application_name = job.application_name();
    options.settings = rows::pinned_settings();
    options.settings.emplace_back("row_security", "off"); // a policy that hides rows is an error
    options.settings.emplace_back("jit", "off"); // of ways along keys: it would cost more than it saves
    auto connection = co_await pg::connection::open(job.servers.source().source(), options);
    co_return connection;
}

void take_counts(table_check& result, const comparison& found)
{
    result.expected = found.source_rows;
    result.found = found.target_rows;
    for (const auto& difference : found.differences)
        result.add(difference);
    result.verdict = found.differences.empty() && found.complete ? verdict::same : verdict::differs;
    if (!found.complete)
        result.note =
            "the figures are the least: too much differs to look at all of it; provision the table again "
            "with --truncate";
}

/// Every row of the source is there as it should be; the city may have others.
bool has_all(const comparison& found)
{
    return found.complete && std::ranges::all_of(found.differences, [](const auto& one) {
               return one.kind == difference_kind::extra;
           });
}

/// What stands there is what a later check by receipt compares with; not for rows that were merged into others.
task<> take_receipt(pg::connection& target, const model::copy_item& item, const copy::part_state& sent)
{
    if (!sent.done || sent.merged) co_return;
    const auto now = co_await rows::read_back(target, item);
    co_await target.query(sql::take_receipt, item.table.schema, item.table.name, now.rows(), now.digest());
}

/// Brings what differs. How the two compare after it.
task<comparison> bring_rows(pg::connection& source, pg::connection& target, const segmentation& cut,
                            comparison found, table_check& result)
{
    result.repaired = co_await repair_rows(source, target, cut, std::move(found.differences));
    auto after = co_await compare(source, target, cut);
    if (after.differences.empty() && after.complete)
        result.verdict = verdict::repaired;
    else if (has_all(after))
        result.note = "rows that only the city has are left alone";
    else
        result.note = "not everything could be repaired; look again";
    co_return after;
}

/// Afterwards no row that came is in quarantine; and where nothing differs the receipt is that of what stands there,
/// whatever an earlier repair had to leave.
task<> repair_table(pg::connection& source, pg::connection& target, const segmentation& cut, comparison found,
                    table_check& result)
{
    if (!found.differences.empty())
        found = co_await bring_rows(source, target, cut, std::move(found), result);
    if (!has_all(found)) co_return;
    const auto sent = co_await copy::table_state(target, cut.item.table);
    co_await target.query(sql::leave_quarantine, cut.item.table.schema, cut.item.table.name);
    // Rows that only the city has must not pass for rows that were brought.
    if (found.differences.empty()) co_await take_receipt(target, cut.item, sent);
}

} // namespace

task<table_check> check_against_source(const context::job_context& job, const model::copy_item& item,
                                       bool repair)
{
    table_check result;
    result.table = item.table;
    result.by_source = true;
    auto target = co_await job.servers.targets().enter(job);
    co_await target->execute("SET row_security = off");
    const auto there =
        co_await target->query("SELECT to_regclass($1) IS NOT NULL", pg::qualified(item.table));
    if (!there.one().get<bool>(0)) {
        result.verdict = verdict::differs;
        result.note = "the table is not there; provision the city again";
        co_return result;
    }
    auto source = co_await open_source(job);
    constexpr std::string_view unchanging = "ISOLATION LEVEL REPEATABLE READ READ ONLY";
    auto reading = co_await pg::transaction::begin(source, unchanging);
    const auto mode = repair ? std::string_view() : unchanging;
    auto tx = co_await pg::transaction::begin(*target, mode);
    if (repair)
        co_await target->execute(
            fmt::format("LOCK TABLE ONLY {} IN SHARE ROW EXCLUSIVE MODE", pg::qualified(item.table)));
    auto key = co_await key_of_table(*target, item.table);
    const segmentation cut{item, std::move(key), segments_for(item.expected_rows)};
    auto found = co_await compare(source, *target, cut);
    take_counts(result, found);
    if (repair) co_await repair_table(source, *target, cut, std::move(found), result);
    const auto sent = co_await copy::table_state(*target, item.table);
    result.note_quarantined(sent.quarantined);
    co_await tx.commit();
    co_await reading.commit();
    co_return result;
}

} // namespace tropeiro::worker::check

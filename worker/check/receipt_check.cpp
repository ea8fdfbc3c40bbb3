#include "worker/check/receipt_check.hpp"

#include "shared/pg/quote.hpp"
#include "shared/rows/read_back.hpp"
#include "worker/copy/ledger.hpp"

namespace tropeiro::worker::check {
namespace {

using verdict = table_check::verdict_t;

std::string note_of(const table_check& found, const copy::part_state& sent)
{
    if (sent.merged) return "no receipt: rows were merged into others; --source compares them";
    if (!sent.done) return "no receipt: its copy is not finished";
    if (found.verdict == verdict::same) return {};
    const std::string what = found.found == found.expected ? "as many rows as were sent, with another content"
                                                           : "not as many rows as were sent";
    return what + "; changed since, or damaged: --source names the keys";
}

} // namespace

task<table_check> check_receipt(pg::connection& target, const model::copy_item& item)
{
    table_check result;
    result.table = item.table;
    const auto there = co_await target.query("SELECT to_regclass($1) IS NOT NULL", pg::qualified(item.table));
    if (!there.one().get<bool>(0)) {
        result.verdict = verdict::differs;
        result.note = "the table is not there";
        co_return result;
    }
    const auto sent = co_await copy::table_state(target, item.table);
    const auto found = co_await rows::read_back(target, item);
    result.expected = sent.receipt.rows();
    result.found = found.rows();
    if (sent.done && !sent.merged) result.verdict = found == sent.receipt ? verdict::same : verdict::differs;
    result.note = note_of(result, sent);
    result.note_quarantined(sent.quarantined);
    co_return result;
}

} // namespace tropeiro::worker::check

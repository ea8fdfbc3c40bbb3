#include "worker/check/check_job.hpp"

#include "shared/base/text.hpp"
#include "worker/check/receipt_check.hpp"
#include "worker/check/source_check.hpp"
#include "worker/check/sql_text.hpp"
#include "worker/context/site.hpp"
#include "worker/copy/refused_batch.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <optional>

namespace tropeiro::worker::check {
namespace {

boost::json::array examples_of(const table_check& found)
{
    boost::json::array examples;
    for (const auto& one : found.examples) {
        boost::json::object example;
        example["what"] = to_string(one.kind);
        example["row"] = one.shown;
        example["rows"] = one.rows;
        examples.push_back(std::move(example));
    }
    return examples;
}

task<> record(const context::job_context& job, const table_check& found)
{
    const auto examples = boost::json::serialize(examples_of(found));
    const std::string_view method = found.by_source ? "source" : "receipt";
    auto control = co_await job.servers.enter_control();
    co_await control->query(sql::record_check, job.job, found.table.schema, found.table.name, method,
                            to_string(found.verdict), found.expected, found.found, found.missing,
                            found.differing, found.doubled, found.extra, found.repaired, examples,
                            found.note);
}

/// Nothing when a row refers to one that is missing too, and may wait for the repair of that one's table. What the target
/// refuses otherwise is told beside the differences.
task<std::optional<table_check>> check_table(const context::job_context& job, const model::copy_item& item,
                                             bool repair, bool may_wait)
{
    std::optional<table_check> found;
    std::string refused;
    bool waits = false;
    try {
        auto done = co_await check_against_source(job, item, repair);
        found.emplace(std::move(done));
    } catch (const pg::error& e) {
        if (!repair || !copy::is_about_a_row(e.sqlstate())) throw;
        refused = e.what();
        waits = may_wait && e.sqlstate() == "23503";
    }
    if (found || waits) co_return found;
    auto looked = co_await check_against_source(job, item, false);
    looked.note = looked.note.empty() ? "could not be repaired: " + refused
                                      : fmt::format("could not be repaired: {}; {}", refused, looked.note);
    co_return looked;
}

} // namespace

task<model::progress> check_receipts(const context::job_context& job)
{
    const auto spec = model::spec_from_json<model::check_spec>(job.spec);
    auto target = co_await job.servers.targets().enter(job);
    co_await target->execute("SET row_security = off");
    for (const auto& item : spec.tables) {
        const auto found = co_await check_receipt(*target, item);
        co_await record(job, found);
        job.pulse.on_rows(found.found, item.expected_bytes);
        job.pulse.leave_if_asked();
    }
    co_return job.pulse.progress();
}

task<model::progress> check_source(const context::job_context& job)
{
    const auto spec = model::spec_from_json<model::check_spec>(job.spec);
    auto left = spec.tables;
    bool moves = true; // false: the last round repaired nothing that another table could have waited for
    while (!left.empty()) {
        std::vector<model::copy_item> later;
        for (const auto& item : left) {
            const auto found = co_await check_table(job, item, spec.repair, moves);
            if (!found) {
                later.push_back(item);
                continue;
            }
            co_await record(job, *found);
            job.pulse.on_rows(found->found, item.expected_bytes);
            job.pulse.leave_if_asked();
        }
        moves = later.size() < left.size();
        left = std::move(later);
    }
    co_return job.pulse.progress();
}

} // namespace tropeiro::worker::check

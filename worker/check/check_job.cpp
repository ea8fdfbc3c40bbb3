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

/// A table's check, or why the target refused its repair.
struct attempt {
    std::optional<table_check> found;
    std::string why;
    bool may_come_later =
        false; // a row refers to one that is missing too: after the repair of that one's table
};

task<attempt> try_table(const context::job_context& job, const model::copy_item& item, bool repair)
{
    attempt tried;
    try {
        auto done = co_await check_against_source(job, item, repair);
        tried.found.emplace(std::move(done));
    } catch (const pg::error& e) {
        if (!repair || !copy::is_about_a_row(e.sqlstate())) throw;
        tried.why = e.what();
        tried.may_come_later = e.sqlstate() == "23503";
    }
    co_return tried;
}

/// What differs, without the repair that was refused.
task<table_check> without_repair(const context::job_context& job, const model::copy_item& item,
                                 std::string why)
{
    auto found = co_await check_against_source(job, item, false);
    found.note = "could not be repaired: " + why;
    co_return found;
}

/// What is left when every table was tried and nothing moves any more.
task<> give_up(const context::job_context& job, std::vector<model::copy_item> items)
{
    for (const auto& item : items) {
        auto tried = co_await try_table(job, item, true);
        if (!tried.found) {
            auto found = co_await without_repair(job, item, std::move(tried.why));
            tried.found.emplace(std::move(found));
        }
        co_await record(job, *tried.found);
    }
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
    for (std::size_t before = left.size() + 1; !left.empty() && left.size() < before;) {
        before = left.size();
        std::vector<model::copy_item> later;
        for (const auto& item : left) {
            auto tried = co_await try_table(job, item, spec.repair);
            if (tried.may_come_later) {
                later.push_back(item);
                continue;
            }
            if (!tried.found) {
                auto found = co_await without_repair(job, item, std::move(tried.why));
                tried.found.emplace(std::move(found));
            }
            co_await record(job, *tried.found);
            job.pulse.on_rows(tried.found->found, item.expected_bytes);
            job.pulse.leave_if_asked();
        }
        left = std::move(later);
    }
    co_await give_up(job, std::move(left));
    co_return job.pulse.progress();
}

} // namespace tropeiro::worker::check

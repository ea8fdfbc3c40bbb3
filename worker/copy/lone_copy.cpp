#include "worker/copy/lone_copy.hpp"

#include "worker/copy/bad_row_search.hpp"
#include "worker/copy/quarantine.hpp"
#include "worker/copy/refused_batch.hpp"
#include "worker/copy/source_row.hpp"

#include <fmt/format.h>

#include <optional>

namespace tropeiro::worker::copy {
namespace {

using what_t = bad_row_search::what_t;

/// What the server said about the row or batch, as an error that names it, with the way out in front of the server's own.
pg::error named(const refused_batch& refused, const model::copy_item& item, std::string_view which,
                std::string_view way_out)
{
    const auto& said = refused.said();
    pg::server_message told;
    told.sqlstate = said.sqlstate;
    const auto column = column_of(said, item.table.name, item.columns);
    const auto where = column.empty() ? std::string() : fmt::format(", column {}", column);
    told.message = fmt::format("table {}: {}{} is refused: {}", model::to_string(item.table), which, where,
                               said.message);
    told.hint = said.hint.empty() ? std::string(way_out) : fmt::format("{}; {}", said.hint, way_out);
    return {std::move(told), refused.where()};
}

/// Lives in copy_alone's frame.
class lone_copy {
  public:
    lone_copy(part_access& access, const model::copy_item& item, lone_options options,
              context::job_pulse& pulse, const log::logger& log)
        : access_(access), item_(item), options_(options), pulse_(pulse), log_(log)
    {
    }

    task<part_state> run()
    {
        do {
            co_await attempt(0);
            if (refused_ && !item_.by_ctid) refuse_whole();
            if (refused_) co_await sift();
        } while (!state_.done);
        co_return state_;
    }

  private:
    /// Goes on from the checkpoint; `most_rows` 0: to the part's end. A refusal is kept, anything else thrown.
    task<> attempt(std::int64_t most_rows)
    {
        refused_.reset();
        co_await access_.renew();
        who_ = access_.who();
        auto options = options_.copy;
        options.most_rows = most_rows;
        std::vector<part_end> ends;
        ends.push_back({access_.target(), item_, who_, pulse_});
        const auto results = co_await copy_pass(access_.source(), std::move(ends), options);
        state_ = results.front().state;
        if (!results.front().fault) co_return;
        try {
            std::rethrow_exception(results.front().fault);
        } catch (const refused_batch& e) {
            refused_.emplace(e);
        }
    }

    bad_row_search::action ask(bad_row_search& search) const
    {
        return search.refused(refused_->rows(), line_of(refused_->context(), table_name()));
    }

    /// The table that rows are sent to.
    std::string table_name() const { return state_.merged ? "tropeiro_stage" : item_.table.name; }

    /// Until nothing is in question any more, or the part is done.
    task<> sift()
    {
        bad_row_search search(options_.copy.batch_rows);
        auto next = ask(search);
        while (next.what != what_t::over && !state_.done) {
            if (next.what == what_t::hopeless) throw refused_batch(*refused_);
            if (pulse_.lost()) throw fenced_off("the claim was lost");
            pulse_.leave_if_asked();
            if (next.what == what_t::try_rows)
                next = co_await try_rows(search, next.rows);
            else if (const bool treated = co_await treat_bad_row(); treated)
                next = search.stepped_over();
            else
                next = {};
        }
    }

    task<bad_row_search::action> try_rows(bad_row_search& search, std::int64_t rows)
    {
        const auto before = state_.rows;
        const auto epoch = who_.epoch;
        co_await attempt(rows);
        bad_row_search::action next;
        if (who_.epoch != epoch) co_return next; // another moment, other places
        const auto accepted = state_.rows - before;
        if (accepted > 0) next = search.accepted(accepted);
        if (refused_) next = ask(search);
        co_return next;
    }

    /// The row that was tried last. False: it is not what comes next any more. The source's moment has changed since, the
    /// target has lost the batch before it in a crash, or another worker has the job.
    task<bool> treat_bad_row()
    {
        co_await access_.renew();
        if (access_.who().epoch != who_.epoch) co_return false;
        bad_row bad;
        bad.place = refused_->last();
        bad.after = state_.position;
        bad.row = co_await read_source_row(access_.source(), item_, bad.place);
        bad.sqlstate = refused_->sqlstate();
        bad.reason = reason_of(refused_->said(), item_.table.name, item_.columns);
        if (options_.on_bad_row == model::bad_rows::fail)
            throw named(
                *refused_, item_, fmt::format("the row with {}", bad.row.key_text),
                "correct the row in the source and run the command again, or set such rows aside with "
                "--on-bad-row quarantine");
        const bool stepped = co_await set_aside(access_.target(), item_, who_, bad, options_.most_bad_rows);
        if (!stepped) co_return false;
        log_.warn(
            "row quarantined",
            {{"table", model::to_string(item_.table)}, {"key", bad.row.key_text}, {"error", bad.reason}});
        co_return true;
    }

    [[noreturn]] void refuse_whole() const
    {
        const auto line = line_of(refused_->context(), table_name());
        const auto which = line ? fmt::format("row {} of its copy", *line) : std::string("a row");
        throw named(
            *refused_, item_, which,
            "the source's rows have no places here, so this one cannot be told from the others: correct it "
            "there and run the command again");
    }

    part_access& access_;
    const model::copy_item& item_;
    lone_options options_;
    context::job_pulse& pulse_;
    const log::logger& log_;
    claim who_;
    part_state state_;
    std::optional<refused_batch> refused_; // how the last attempt ended
};

} // namespace

task<part_state> copy_alone(part_access& access, const model::copy_item& item, lone_options options,
                            context::job_pulse& pulse, const log::logger& log)
{
    lone_copy work(access, item, options, pulse, log);
    auto state = co_await work.run();
    co_return state;
}

} // namespace tropeiro::worker::copy

#include "worker/copy/copy_job.hpp"

#include "shared/rt/deadline.hpp"
#include "shared/rt/task_group.hpp"
#include "worker/context/site.hpp"
#include "worker/copy/lone_copy.hpp"
#include "worker/copy/refused_batch.hpp"

#include <boost/json.hpp>

#include <list>
#include <optional>

namespace tropeiro::worker::copy {
namespace {

constexpr std::int64_t giant_value = std::int64_t{64} << 20U;

/// One tenant's job among those of the pass.
struct member {
    explicit member(const context::job_context& of) : job(of) {}

    const context::job_context& job;
    model::copy_spec spec;
    std::optional<pg::lease> target;
    std::optional<claim> who; // of the last part, in a pass
    bool swollen = false;     // the target's connection is not kept
    copy_result result;
};

/// libpq keeps the largest buffer that a connection ever needed.
bool is_giant(const part_state& part) { return part.rows > 0 && part.bytes / part.rows >= giant_value; }

/// Whether one pass can serve both: the same parts of the same tables in the same way.
bool alike(const model::copy_spec& a, const model::copy_spec& b)
{
    if (a.items.size() != b.items.size() || a.batch_rows != b.batch_rows || a.on_existing != b.on_existing ||
        a.on_bad_row != b.on_bad_row || a.most_bad_rows != b.most_bad_rows)
        return false;
    for (std::size_t i = 0; i < a.items.size(); ++i) {
        const auto& left = a.items[i];
        const auto& right = b.items[i];
        if (left.table != right.table || left.columns != right.columns || left.format != right.format ||
            left.number != right.number || left.parts != right.parts || !(left.blocks == right.blocks) ||
            left.filter.kind != right.filter.kind || left.filter.column != right.filter.column ||
            left.filter.path != right.filter.path || left.filter.otherwise != right.filter.otherwise)
            return false;
    }
    return true;
}

task<> enter(member& of)
{
    try {
        of.spec = model::spec_from_json<model::copy_spec>(of.job.spec);
        auto lease = co_await of.job.servers.targets().enter(of.job);
        of.target.emplace(std::move(lease));
    } catch (...) {
        of.result.fault = std::current_exception();
    }
}

/// A reader, when there is none that is sound: a pass whose members have all dropped out ends its connection, and so
/// does a giant row.
task<> connect(std::optional<context::snapshot_reader>& source, const context::job_context& job)
{
    if (source && (**source).usable()) co_return;
    source.reset();
    auto reader = co_await job.servers.source().reader(job.rollout);
    source.emplace(std::move(reader));
}

/// The connections of a job that runs alone. A refused batch costs one or both of them.
class job_access : public part_access {
  public:
    job_access(member& of, std::optional<context::snapshot_reader>& source) : of_(of), source_(source) {}

    task<> renew() override
    {
        co_await connect(source_, of_.job);
        if (of_.target && of_.target->get().usable()) co_return;
        of_.target.reset();
        auto lease = co_await of_.job.servers.targets().enter(of_.job);
        of_.target.emplace(std::move(lease));
    }
    pg::connection& source() override { return **source_; }
    pg::connection& target() override { return of_.target->get(); }
    claim who() const override { return {of_.job.rollout, source_->epoch(), of_.job.fence}; }

  private:
    member& of_;
    std::optional<context::snapshot_reader>& source_;
};

bool is_refusal(const std::exception_ptr& fault)
{
    if (!fault) return false;
    try {
        std::rethrow_exception(fault);
    } catch (const refused_batch&) {
        return true;
    } catch (...) {
        return false;
    }
}

/// The job may be reported as done. On the connection that made the commits: a crash of the server has ended it.
task<> reach_disk(member& of, milliseconds limit)
{
    try {
        auto work = flush_commits(of.target->get(), of.spec.items.back(), *of.who);
        co_await rt::with_deadline(std::move(work), limit, "a target of a pass");
    } catch (...) {
        of.result.fault = std::current_exception();
    }
}

std::exception_ptr leaves_the_pass(const member& of, const std::exception_ptr& refusal)
{
    try {
        std::rethrow_exception(refusal);
    } catch (const refused_batch& e) {
        of.job.log.warn("a row is refused; the job goes on alone",
                        {{"error", e.message()}, {"sqlstate", e.sqlstate()}});
    }
    return std::make_exception_ptr(goes_alone("a row of it is refused: it goes on alone"));
}

/// One pass over everything that the members' specifications list. Lives in run_copy's frame.
class copying {
  public:
    explicit copying(const std::vector<std::reference_wrapper<const context::job_context>>& jobs)
    {
        for (const auto& job : jobs)
            members_.emplace_back(job.get());
    }

    task<std::vector<copy_result>> run()
    {
        std::exception_ptr thrown;
        try {
            co_await enter_all();
            std::optional<context::snapshot_reader> source;
            for (std::size_t i = 0; i < items() && anyone(); ++i) {
                co_await connect(source, members_.front().job);
                if (is_pass())
                    co_await copy_item(source, i);
                else
                    co_await copy_alone(source, i);
            }
            if (is_pass()) co_await flush_all();
        } catch (...) {
            thrown = std::current_exception();
        }
        std::vector<copy_result> results;
        for (auto& of : members_) {
            if (thrown && !of.result.fault) of.result.fault = thrown;
            if (of.swollen && of.target) of.target->get().mark_broken();
            results.push_back(std::move(of.result));
        }
        co_return results;
    }

  private:
    bool is_pass() const { return members_.size() > 1; }

    bool anyone() const
    {
        return std::any_of(members_.begin(), members_.end(), [](const auto& of) { return !of.result.fault; });
    }

    const model::copy_spec& spec() const
    {
        const auto at =
            std::find_if(members_.begin(), members_.end(), [](const auto& of) { return !of.result.fault; });
        return (at == members_.end() ? members_.begin() : at)->spec;
    }

    std::size_t items() const { return spec().items.size(); }

    task<> enter_all()
    {
        const auto executor = co_await asio::this_coro::executor;
        rt::task_group group(executor);
        for (auto& of : members_)
            group.spawn(enter(of), "entering a database");
        co_await group.join();
        for (auto& of : members_)
            if (!of.result.fault && !alike(of.spec, spec()))
                of.result.fault = std::make_exception_ptr(
                    failure(error_kind::failed, "the job's specification is not that of its pass",
                            "plan the rollout again"));
        options_.batch_rows = spec().batch_rows;
        options_.on_existing = spec().on_existing;
    }

    task<> flush_all()
    {
        const auto executor = co_await asio::this_coro::executor;
        rt::task_group group(executor);
        for (auto& of : members_)
            if (!of.result.fault && of.who)
                group.spawn(reach_disk(of, 10 * options_.longest_stall), "flushing a copy");
        co_await group.join();
    }

    task<> copy_item(std::optional<context::snapshot_reader>& source, std::size_t i)
    {
        std::vector<part_end> ends;
        std::vector<member*> copied;
        for (auto& of : members_) {
            if (of.result.fault) continue;
            // Its connection is one from here to the flush; a job that is alone may renew its own.
            of.who = claim{of.job.rollout, source->epoch(), of.job.fence, durability::whole_job};
            ends.push_back({of.target->get(), of.spec.items[i], *of.who, of.job.pulse});
            copied.push_back(&of);
        }
        auto parts = co_await copy_pass(**source, std::move(ends), options_);
        for (std::size_t k = 0; k < parts.size(); ++k) {
            if (is_refusal(parts[k].fault)) parts[k].fault = leaves_the_pass(*copied[k], parts[k].fault);
            conclude(*copied[k], parts[k], **source, i);
        }
    }

    /// The only one, which looks for rows that its target refuses.
    task<> copy_alone(std::optional<context::snapshot_reader>& source, std::size_t i)
    {
        auto& of = members_.front();
        job_access access(of, source);
        lone_options how{options_, of.spec.on_bad_row, of.spec.most_bad_rows};
        part_result part;
        try {
            part.state = co_await copy::copy_alone(access, of.spec.items[i], how, of.job.pulse, of.job.log);
        } catch (...) {
            part.fault = std::current_exception();
        }
        if (source)
            conclude(of, part, **source, i);
        else
            of.result.fault = part.fault;
    }

    static void conclude(member& of, const part_result& part, pg::connection& source, std::size_t i)
    {
        of.result.fault = part.fault;
        if (is_giant(part.state)) {
            source.mark_broken();
            of.swollen = true;
        }
        if (part.fault) return;
        of.result.progress.rows += part.state.rows;
        of.result.progress.bytes += part.state.bytes;
        const auto& item = of.spec.items[i];
        of.job.log.debug("part copied", {{"table", model::to_string(item.table)},
                                         {"part", item.number},
                                         {"parts", item.parts},
                                         {"rows", part.state.rows},
                                         {"bytes", part.state.bytes}});
        const bool last = i + 1 == of.spec.items.size();
        if (of.job.pulse.stop_requested() && !last)
            of.result.fault = std::make_exception_ptr(context::stopped());
    }

    std::list<member> members_;
    copy_options options_;
};

} // namespace

task<std::vector<copy_result>> run_copy(std::vector<std::reference_wrapper<const context::job_context>> jobs)
{
    copying work(jobs);
    auto results = co_await work.run();
    co_return results;
}

} // namespace tropeiro::worker::copy

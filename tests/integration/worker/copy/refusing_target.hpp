// A target that refuses rows, and a copy that looks for them on connections of its own.
#pragma once

#include "tests/integration/worker/copy/fixture.hpp"
#include "worker/copy/lone_copy.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <functional>
#include <optional>

namespace tropeiro::worker::copy {

/// Fresh connections whenever the old ones are spent, as a worker's job makes them.
class fresh_access : public part_access {
  public:
    fresh_access(two_databases& db, claim who) : db_(db), who_(who) {}

    task<> renew() override
    {
        if (!source_ || !source_->usable()) {
            tx_.reset();
            auto source = co_await pg::connection::open(db_.source);
            source_.emplace(std::move(source));
            auto tx = co_await pg::transaction::begin(*source_, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
            tx_.emplace(std::move(tx));
        }
        if (!target_ || !target_->usable()) {
            auto target = co_await pg::connection::open(db_.target);
            target_.emplace(std::move(target));
        }
        ++renewals;
        if (on_renewal) co_await on_renewal(renewals);
    }
    pg::connection& source() override { return *source_; }
    pg::connection& target() override { return *target_; }
    claim who() const override { return who_; }

    int renewals = 0;
    std::function<task<>(int)> on_renewal;

  private:
    two_databases& db_;
    claim who_;
    std::optional<pg::connection> source_;
    std::optional<pg::transaction> tx_;
    std::optional<pg::connection> target_;
};

inline lone_options small_batches(model::bad_rows policy = model::bad_rows::quarantine)
{
    lone_options options;
    options.copy.batch_rows = 500;
    options.on_bad_row = policy;
    return options;
}

struct refusing_target : two_databases {
    log::logger log;

    /// `rows` rows, and the target's table changed.
    task<> prepare_with(std::int64_t rows, std::string source_sql, std::string target_sql)
    {
        co_await prepare(rows);
        auto from = co_await pg::connection::open(source);
        co_await from.execute("ALTER TABLE people ADD PRIMARY KEY (id)");
        if (!source_sql.empty()) co_await from.execute(source_sql);
        auto to = co_await pg::connection::open(target);
        if (!target_sql.empty()) co_await to.execute(target_sql);
    }

    task<part_state> sift(fresh_access& access, model::copy_item item, lone_options options)
    {
        auto state = co_await copy_alone(access, item, options, pulse, log);
        co_return state;
    }

    task<part_state> sift(model::copy_item item, lone_options options, std::int64_t fence = 1)
    {
        fresh_access access(*this, claim_number(fence));
        auto state = co_await sift(access, item, options);
        co_return state;
    }

    /// What it throws, with the way out.
    task<std::string> said(model::copy_item item, lone_options options, std::int64_t fence = 1)
    {
        try {
            co_await sift(item, options, fence);
        } catch (const failure& e) {
            co_return std::string(e.what()) + " - " + e.hint();
        }
        co_return "";
    }

    task<std::string> ask(pg::dsn where, std::string sql)
    {
        auto c = co_await pg::connection::open(std::move(where));
        const auto rows = co_await c.query(sql);
        co_return rows.one().get<std::optional<std::string>>(0).value_or("");
    }

    /// Keys in quarantine, in their order.
    task<std::string> keys()
    {
        auto found =
            co_await ask(target, "SELECT string_agg(key ->> 'id', ',' ORDER BY (key ->> 'id')::bigint) "
                                 "FROM tropeiro.quarantined_row");
        co_return found;
    }

    task<std::string> sqlstates()
    {
        auto found = co_await ask(
            target,
            "SELECT string_agg(DISTINCT sqlstate, ',' ORDER BY sqlstate) FROM tropeiro.quarantined_row");
        co_return found;
    }

    /// Every row but those in quarantine is there, once.
    task<> expect_the_rest(std::string bad)
    {
        const auto condition = fmt::format("WHERE id NOT IN ({})", bad);
        const auto sum =
            "SELECT count(*) || ' ' || coalesce(md5(string_agg(id || name || notes, '|' ORDER BY id)), '') "
            "FROM people ";
        const auto sent = co_await ask(source, sum + condition);
        const auto found = co_await ask(target, sum);
        EXPECT_EQ(found, sent);
        const auto quarantined = co_await keys();
        EXPECT_EQ(quarantined, bad);
    }
};

} // namespace tropeiro::worker::copy

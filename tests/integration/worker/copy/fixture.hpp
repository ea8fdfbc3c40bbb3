// A source and a target database with one table, and what a copy between them needs. Each test has its own.
#pragma once

#include "shared/pg/connection.hpp"
#include "shared/pg/transaction.hpp"
#include "shared/tenancy/target_schema.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"
#include "worker/copy/part_copier.hpp"

#include <gtest/gtest.h>

namespace tropeiro::worker::copy {

inline const model::tenant_id recife{"11111111-1111-4111-8111-111111111111"};

inline model::copy_item people()
{
    model::copy_item item;
    item.table = {"public", "people"};
    item.columns = {"id", "name", "notes"};
    return item;
}

inline claim claim_number(std::int64_t fence, std::int32_t epoch = 1, std::int64_t rollout = 1)
{
    return {model::rollout_id(rollout), epoch, fence};
}

struct two_databases {
    pg::dsn source = test::fresh_database("source");
    pg::dsn target = test::fresh_database("target");
    context::job_pulse pulse;

    static constexpr auto table = "CREATE TABLE people (id bigint, name text, notes text)";

    /// `rows` rows in the source, the empty table and our schema in the target.
    task<> prepare(std::int64_t rows)
    {
        auto from = co_await pg::connection::open(source);
        co_await from.execute(table);
        co_await from.query("INSERT INTO people SELECT i, 'name ' || i, repeat('x', (i % 200)::int) "
                            "FROM generate_series(1, $1::bigint) i",
                            rows);
        auto to = co_await pg::connection::open(target);
        co_await to.execute(table);
        tenancy::target_identity owner{recife, "recife"};
        co_await tenancy::claim_target(to, owner);
    }

    /// One copy on connections of its own, as a worker's job would.
    task<part_state> copy(model::copy_item item, claim who, copy_options options = {})
    {
        auto from = co_await pg::connection::open(source);
        auto to = co_await pg::connection::open(target);
        auto tx = co_await pg::transaction::begin(from, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
        auto state = co_await copy_part(from, to, item, who, options, pulse);
        co_await tx.commit();
        co_return state;
    }

    /// Count and content of the table.
    static task<std::string> content(pg::dsn where)
    {
        auto c = co_await pg::connection::open(std::move(where));
        const auto rows = co_await c.query(
            "SELECT count(*) || ' ' || coalesce(md5(string_agg(p::text, '|' ORDER BY p::text)), '') "
            "FROM people p");
        co_return rows.one().get<std::string>(0);
    }

    task<bool> equal()
    {
        const auto sent = co_await content(source);
        const auto found = co_await content(target);
        co_return sent == found;
    }
};

} // namespace tropeiro::worker::copy

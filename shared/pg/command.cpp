// One command from sending to its last result, in the five ways in which pg sends one.
#include "shared/pg/session.hpp"

#include <utility>

namespace tropeiro::pg {
namespace {

rows finish(session& on, operation& op, outcome ended)
{
    op.complete();
    if (ended.failed) on.raise(ended.failed.get());
    return rows(std::move(ended.last));
}

/// Refers to the values.
std::vector<const char*> texts_of(const params& values)
{
    std::vector<const char*> texts;
    texts.reserve(values.size());
    for (const auto& value : values.values())
        texts.push_back(value ? value->c_str() : nullptr);
    return texts;
}

/// The name under which the server keeps it.
task<std::string> prepare(std::shared_ptr<session> on, std::string sql)
{
    operation op(on, operation::kind::first);
    auto name = on->next_prepared_name();
    if (PQsendPrepare(on->raw(), name.c_str(), sql.c_str(), 0, nullptr) == 0) on->raise_lost();
    auto ended = co_await on->collect();
    finish(*on, op, std::move(ended));
    co_return name;
}

} // namespace

task<rows> run_simple(std::shared_ptr<session> on, std::string sql)
{
    operation op(on, operation::kind::first);
    if (PQsendQuery(on->raw(), sql.c_str()) == 0) on->raise_lost();
    auto ended = co_await on->collect();
    co_return finish(*on, op, std::move(ended));
}

task<rows> run_params(std::shared_ptr<session> on, std::string sql, params values)
{
    operation op(on, operation::kind::first);
    const auto texts = texts_of(values);
    const int count = static_cast<int>(texts.size());
    if (PQsendQueryParams(on->raw(), sql.c_str(), count, nullptr, texts.data(), nullptr, nullptr, 0) == 0)
        on->raise_lost();
    auto ended = co_await on->collect();
    co_return finish(*on, op, std::move(ended));
}

task<rows> run_prepared(std::shared_ptr<session> on, std::string sql, params values)
{
    const auto* known = on->prepared(sql);
    if (!known) {
        auto name = co_await prepare(on, sql);
        known = &on->add_prepared(std::move(sql), std::move(name));
    }
    operation op(on, operation::kind::first);
    const auto texts = texts_of(values);
    const int count = static_cast<int>(texts.size());
    if (PQsendQueryPrepared(on->raw(), known->c_str(), count, texts.data(), nullptr, nullptr, 0) == 0)
        on->raise_lost();
    auto ended = co_await on->collect();
    co_return finish(*on, op, std::move(ended));
}

task<result_ptr> start_copy(std::shared_ptr<session> on, std::string sql, ExecStatusType direction)
{
    operation op(on, operation::kind::first);
    if (PQsendQuery(on->raw(), sql.c_str()) == 0) on->raise_lost();
    auto started = co_await on->collect(direction);
    const bool copying = started.last && PQresultStatus(started.last.get()) == direction;
    if (!copying) {
        op.complete();
        if (started.failed) on->raise(started.failed.get());
        throw failure(error_kind::failed, on->where().where() + ": the statement was no COPY");
    }
    op.complete(true);
    co_return std::move(started.last);
}

task<std::int64_t> end_copy(std::shared_ptr<session> on)
{
    operation op(on, operation::kind::part);
    auto ended = co_await on->collect();
    const auto answer = finish(*on, op, std::move(ended));
    co_return answer.affected();
}

} // namespace tropeiro::pg

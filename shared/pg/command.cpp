// One command from sending to its last result, in the four ways in which pg sends one.
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
    std::vector<const char*> texts;
    texts.reserve(values.size());
    for (const auto& value : values.values())
        texts.push_back(value ? value->c_str() : nullptr);
    const int count = static_cast<int>(texts.size());
    if (PQsendQueryParams(on->raw(), sql.c_str(), count, nullptr, texts.data(), nullptr, nullptr, 0) == 0)
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

// A piece of work as one transaction: committed when it ends well, rolled back when it throws.
#pragma once

#include "shared/pg/transaction.hpp"
#include "shared/rt/asio.hpp"

#include <exception>
#include <optional>
#include <utility>

namespace tropeiro::tenancy {

/// Runs `work` (a coroutine that uses `on`) between BEGIN and COMMIT. After an exception of the work the
/// transaction is rolled back and the exception thrown on; when even that fails the connection is broken,
/// which its pool drops.
inline task<> in_transaction(pg::connection& on, task<> work)
{
    auto transaction = co_await pg::transaction::begin(on);
    std::exception_ptr thrown;
    try {
        co_await std::move(work);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (!thrown) {
        co_await transaction.commit();
        co_return;
    }
    try {
        co_await transaction.rollback();
    } catch (const std::exception&) {
        on.mark_broken(); // the first exception says more than this one
    }
    std::rethrow_exception(thrown);
}

namespace detail {

template <class T>
task<> keep_value(task<T> work, std::optional<T>& out)
{
    T value = co_await std::move(work);
    out.emplace(std::move(value));
}

} // namespace detail

template <class T>
task<T> in_transaction(pg::connection& on, task<T> work)
{
    std::optional<T> value;
    auto keeping = detail::keep_value<T>(std::move(work), value);
    co_await in_transaction(on, std::move(keeping));
    co_return std::move(*value);
}

} // namespace tropeiro::tenancy

// Runs one coroutine on a fresh loop and gives its answer or its exception. A hang fails after `limit`.
#pragma once

#include "shared/rt/asio.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>

namespace tropeiro::test {

inline void run(task<> body, std::chrono::seconds limit = std::chrono::seconds(20))
{
    asio::io_context loop;
    std::exception_ptr thrown;
    bool ended = false;
    asio::co_spawn(loop, std::move(body), [&](std::exception_ptr e) {
        thrown = std::move(e);
        ended = true;
    });
    loop.run_for(limit);
    if (!ended) throw std::runtime_error("the coroutine did not end in time");
    if (thrown) std::rethrow_exception(thrown);
}

} // namespace tropeiro::test

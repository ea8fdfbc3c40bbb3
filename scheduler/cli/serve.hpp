// `tropeiro serve`: the dispatching service and the HTTP interface in one process, until SIGTERM.
#pragma once

#include "scheduler/cli/command.hpp"
#include "scheduler/cli/session.hpp"

#include <cstdint>
#include <utility>

namespace tropeiro::scheduler::cli {

task<int> serve(session& s, const arguments& given);

/// "127.0.0.1:7077" or "[::1]:7077". Pure.
result<std::pair<std::string, std::uint16_t>> parse_listen(const std::string& text);

/// True for an address that only this machine reaches. Pure.
bool is_loopback(const std::string& address);

} // namespace tropeiro::scheduler::cli

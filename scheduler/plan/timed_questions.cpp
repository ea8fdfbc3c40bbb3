#include "scheduler/plan/timed_questions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::plan {
namespace {

constexpr std::string_view timed_out = "57014";

} // namespace

void timed_questions::begin_table() { table_end_ = std::min(end_, steady::now() + limits_.table); }

task<std::optional<pg::rows>> timed_questions::ask(std::string sql, std::string& why_not)
{
    std::optional<pg::rows> found;
    const auto left = std::chrono::duration_cast<milliseconds>(table_end_ - steady::now());
    if (left <= milliseconds(0)) {
        why_not = "the time for it was over";
        co_return found;
    }
    // Ways upwards look so expensive that the server would compile each question, for longer than it takes.
    co_await on_.execute(fmt::format(
        "SAVEPOINT timed_question; SET LOCAL statement_timeout = {}; SET LOCAL jit = off", left.count()));
    try {
        found = co_await on_.query(sql);
    } catch (const pg::error& e) {
        if (pg::is_connection_lost(e)) throw;
        why_not = e.sqlstate() == timed_out
                      ? fmt::format("it takes more than {} s", limits_.table.count() / 1000)
                      : std::string(e.what());
    }
    co_await on_.execute("ROLLBACK TO SAVEPOINT timed_question; RELEASE SAVEPOINT timed_question");
    co_return found;
}

task<std::vector<std::string>> timed_questions::ask_texts(std::string sql)
{
    std::vector<std::string> texts;
    std::string ignored;
    const auto found = co_await ask(std::move(sql), ignored);
    if (!found) co_return texts;
    for (const auto& row : *found)
        texts.push_back(row.get<std::string>(0));
    co_return texts;
}

} // namespace tropeiro::scheduler::plan

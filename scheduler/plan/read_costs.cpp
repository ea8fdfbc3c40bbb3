#include "scheduler/plan/read_costs.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/quote.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::plan {
namespace {

/// As a worker's reader: rows come in the order of their places.
constexpr auto as_a_reader = "SAVEPOINT read_costs; SET LOCAL enable_indexscan = off; "
                             "SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_seqscan = on; "
                             "SET LOCAL enable_tidscan = on; SET LOCAL enable_bitmapscan = on; "
                             "SET LOCAL max_parallel_workers_per_gather = 0";
constexpr auto as_before = "ROLLBACK TO SAVEPOINT read_costs; RELEASE SAVEPOINT read_costs";

task<double> cost_of(pg::connection& source, const read_question& of, std::string values)
{
    const auto sql = fmt::format("EXPLAIN (FORMAT JSON) SELECT t.ctid FROM ONLY {} t "
                                 "WHERE t.ctid >= '(0,0)'::tid AND t.{} IN ({})",
                                 pg::qualified(of.table), pg::quote_ident(of.column), values);
    const auto answer = co_await source.query(sql);
    const auto explained = boost::json::parse(answer.one().get<std::string>(0));
    co_return explained.at(0).at("Plan").at("Total Cost").to_number<double>();
}

task<read_cost> cost_of(pg::connection& source, read_question of)
{
    read_cost cost;
    std::vector<std::string> literals;
    for (const auto& value : of.together)
        literals.push_back(pg::quote_literal(value));
    cost.together = co_await cost_of(source, of, text::join(literals, ", "));
    for (const auto& value : of.alone)
        cost.alone += co_await cost_of(source, of, pg::quote_literal(value));
    cost.alone /= static_cast<double>(std::max<std::size_t>(1, of.alone.size()));
    co_return cost;
}

} // namespace

task<std::vector<read_cost>> read_costs(pg::connection& source, std::vector<read_question> questions)
{
    std::vector<read_cost> costs;
    if (questions.empty()) co_return costs;
    co_await source.execute(as_a_reader);
    for (auto& question : questions) {
        const auto cost = co_await cost_of(source, std::move(question));
        costs.push_back(cost);
    }
    co_await source.execute(as_before);
    co_return costs;
}

} // namespace tropeiro::scheduler::plan

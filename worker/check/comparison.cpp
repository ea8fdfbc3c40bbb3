#include "worker/check/comparison.hpp"

#include "shared/pg/quote.hpp"
#include "worker/check/sql_text.hpp"
#include "worker/copy/copy_sql.hpp"

#include <algorithm>

namespace tropeiro::worker::check {
namespace {

constexpr std::int64_t rows_at_once = 100'000; // whose keys are held in memory
constexpr int most_fetches = 10;

task<segment_sums> read_sums(pg::connection& from, std::string sql)
{
    const auto answer = co_await from.query(sql);
    segment_sums sums;
    for (const auto row : answer)
        sums[row.get<std::int64_t>("segment")] = {row.get<std::int64_t>("rows"),
                                                  row.get<std::string>("sums")};
    co_return sums;
}

task<rows_by_key> read_rows(pg::connection& from, std::string sql)
{
    const auto answer = co_await from.query(sql);
    rows_by_key rows;
    for (const auto row : answer)
        rows[row.get<std::string>("key")] = {row.get<std::string>("shown"), row.get<std::string>("hash"),
                                             row.get<std::int64_t>("rows")};
    co_return rows;
}

std::int64_t rows_in(const segment_sums& sums)
{
    std::int64_t rows = 0;
    for (const auto& [segment, sum] : sums)
        rows += sum.rows;
    return rows;
}

/// How many segments are fetched at once.
std::size_t segments_at_once(const segmentation& cut, std::int64_t rows)
{
    const auto each = std::max<std::int64_t>(1, rows / cut.segments);
    return static_cast<std::size_t>(std::max<std::int64_t>(1, rows_at_once / each));
}

} // namespace

std::vector<std::int64_t> differing_segments(const segment_sums& source, const segment_sums& target)
{
    std::vector<std::int64_t> found;
    for (const auto& [segment, sum] : source) {
        const auto there = target.find(segment);
        if (there == target.end() || !(there->second == sum)) found.push_back(segment);
    }
    for (const auto& [segment, sum] : target)
        if (!source.contains(segment)) found.push_back(segment);
    return found;
}

std::vector<row_difference> differences_between(const rows_by_key& source, const rows_by_key& target)
{
    std::vector<row_difference> found;
    for (const auto& [key, rows] : source) {
        const auto at = target.find(key);
        if (at == target.end())
            found.push_back({difference_kind::missing, key, rows.shown, rows.rows});
        else if (at->second.hash != rows.hash)
            found.push_back({difference_kind::differing, key, rows.shown, rows.rows});
        else if (at->second.rows < rows.rows)
            found.push_back({difference_kind::missing, key, rows.shown, rows.rows - at->second.rows});
        else if (at->second.rows > rows.rows)
            found.push_back({difference_kind::doubled, key, rows.shown, at->second.rows - rows.rows});
    }
    for (const auto& [key, rows] : target)
        if (!source.contains(key)) found.push_back({difference_kind::extra, key, rows.shown, rows.rows});
    return found;
}

task<comparison> compare(pg::connection& source, pg::connection& target, const segmentation& cut)
{
    const auto theirs = copy::source_rows_sql(cut.item);
    const auto ours = copy::target_rows_sql(cut.item);
    const auto sent = co_await read_sums(source, segment_sums_sql(cut, theirs));
    const auto there = co_await read_sums(target, segment_sums_sql(cut, ours));
    comparison result;
    result.source_rows = rows_in(sent);
    result.target_rows = rows_in(there);
    const auto segments = differing_segments(sent, there);
    const auto each = segments_at_once(cut, std::max(result.source_rows, result.target_rows));
    for (std::size_t first = 0; first < segments.size(); first += each) {
        if (first >= each * most_fetches) {
            result.complete = false;
            break;
        }
        const auto begin = segments.begin() + static_cast<std::ptrdiff_t>(first);
        const std::vector<std::int64_t> some(
            begin, begin + static_cast<std::ptrdiff_t>(std::min(each, segments.size() - first)));
        const auto source_rows = co_await read_rows(source, segment_rows_sql(cut, theirs, some));
        const auto target_rows = co_await read_rows(target, segment_rows_sql(cut, ours, some));
        auto found = differences_between(source_rows, target_rows);
        std::move(found.begin(), found.end(), std::back_inserter(result.differences));
    }
    co_return result;
}

task<row_key> key_of_table(pg::connection& target, const model::table_name& table)
{
    const auto answer = co_await target.query(sql::key_columns, pg::qualified(table));
    row_key key;
    for (const auto row : answer)
        key.columns.push_back(row.get<std::string>(0));
    co_return key;
}

} // namespace tropeiro::worker::check

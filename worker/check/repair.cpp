#include "worker/check/repair.hpp"

#include "shared/pg/copy_in.hpp"
#include "shared/pg/copy_out.hpp"
#include "shared/pg/quote.hpp"
#include "worker/check/sql_text.hpp"
#include "worker/copy/copy_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace tropeiro::worker::check {
namespace {

constexpr std::size_t keys_at_once = 5'000;

/// Each row as it is in the source, into the staging table.
task<> stage_rows(pg::connection& source, pg::connection& target, const segmentation& cut,
                  std::string copy_out_sql)
{
    co_await target.execute(fmt::format("TRUNCATE {}", copy::stage_table));
    auto reader = co_await pg::copy_out::open(source, std::move(copy_out_sql));
    auto writer = co_await pg::copy_in::open(target, copy::copy_in_sql(cut.item, true));
    std::string_view message;
    while (co_await reader.next(message))
        co_await writer.write(message);
    co_await reader.finish();
    co_await writer.finish();
}

task<std::int64_t> run_counted(pg::connection& target, std::string sql)
{
    if (sql.empty()) co_return 0;
    const auto answer = co_await target.query(sql);
    co_return static_cast<std::int64_t>(answer.affected());
}

task<std::int64_t> repair_some(pg::connection& source, pg::connection& target, const segmentation& cut,
                               std::vector<std::string> keys)
{
    const auto rows = copy::source_rows_sql(cut.item);
    co_await stage_rows(source, target, cut, copy_keyed_sql(cut, rows, keys));
    std::int64_t repaired = 0;
    repaired += co_await run_counted(target, update_differing_sql(cut));
    if (cut.key.none()) repaired += co_await run_counted(target, delete_doubled_sql(cut));
    repaired += co_await run_counted(target, insert_missing_sql(cut));
    co_return repaired;
}

/// Keys of the rows that the source has.
std::vector<std::string> repairable_keys(const std::vector<row_difference>& differences)
{
    std::vector<std::string> keys;
    for (const auto& difference : differences)
        if (difference.kind != difference_kind::extra) keys.push_back(difference.key);
    return keys;
}

} // namespace

task<std::int64_t> repair_rows(pg::connection& source, pg::connection& target, const segmentation& cut,
                               std::vector<row_difference> differences)
{
    const auto keys = repairable_keys(differences);
    if (keys.empty()) co_return 0;
    const auto triggers = co_await target.query(sql::user_triggers, pg::qualified(cut.item.table));
    for (const auto row : triggers)
        co_await target.execute(row.get<std::string>("aside"));
    co_await target.execute(copy::create_stage_sql(cut.item));
    std::int64_t repaired = 0;
    for (std::size_t first = 0; first < keys.size(); first += keys_at_once) {
        const auto begin = keys.begin() + static_cast<std::ptrdiff_t>(first);
        std::vector<std::string> some(
            begin, begin + static_cast<std::ptrdiff_t>(std::min(keys_at_once, keys.size() - first)));
        repaired += co_await repair_some(source, target, cut, std::move(some));
    }
    for (const auto row : triggers)
        co_await target.execute(row.get<std::string>("back"));
    co_return repaired;
}

} // namespace tropeiro::worker::check

#include "worker/copy/quarantine.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/transaction.hpp"
#include "worker/copy/sql_text.hpp"

#include <fmt/format.h>

namespace tropeiro::worker::copy {
namespace {

task<> refuse_too_many(pg::connection& target, const model::copy_item& item, const bad_row& bad,
                       std::int64_t most)
{
    const auto whole = co_await table_state(target, item.table);
    if (whole.quarantined < most) co_return;
    throw failure(
        error_kind::refused,
        fmt::format("table {}: {} refused rows are in quarantine already, and {} is refused as well: {}",
                    model::to_string(item.table), text::human_count(whole.quarantined), bad.row.key_text,
                    bad.reason),
        "so many come from the table rather than from its rows: compare its definition in the target with "
        "the "
        "source's, then run the command again; or raise copy.most_bad_rows");
}

/// A database of another encoding cannot hold every character, mostly the very one that it refused. Valid UTF-8 in,
/// ASCII out: the euro sign becomes the six characters \u20ac.
std::string in_ascii(std::string_view utf8)
{
    std::string out;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto first = static_cast<unsigned char>(utf8[i++]);
        if (first < 0x80U) {
            out += static_cast<char>(first);
            continue;
        }
        unsigned point = first & (first < 0xE0U ? 0x1FU : first < 0xF0U ? 0x0FU : 0x07U);
        for (; i < utf8.size() && (static_cast<unsigned char>(utf8[i]) & 0xC0U) == 0x80U; ++i)
            point = point << 6U | (static_cast<unsigned char>(utf8[i]) & 0x3FU);
        out += fmt::format(R"(\\u{:04x})", point);
    }
    return out;
}

std::string fit_for(const pg::connection& target, const std::string& json)
{
    return target.parameter("server_encoding") == "UTF8" ? json : in_ascii(json);
}

} // namespace

task<bool> set_aside(pg::connection& target, const model::copy_item& item, const claim& who,
                     const bad_row& bad, std::int64_t most)
{
    auto tx = co_await pg::transaction::begin(target);
    co_await refuse_too_many(target, item, bad, most);
    const auto place = to_string(bad.place);
    const auto key = fit_for(target, bad.row.key);
    const auto content = fit_for(target, bad.row.content);
    const auto stepped = co_await target.query(sql::step_over, item.table.schema, item.table.name,
                                               item.number, who.fence, place, who.rollout, who.epoch, key,
                                               content, bad.sqlstate, bad.reason, bad.after);
    co_await tx.commit();
    co_return stepped.affected() == 1;
}

} // namespace tropeiro::worker::copy

#include "shared/rows/read_back.hpp"

#include "shared/pg/copy_out.hpp"
#include "shared/pg/quote.hpp"
#include "shared/rows/row_slicer.hpp"

#include <fmt/format.h>

#include <array>

namespace tropeiro::rows {
namespace {

/// Every row of the table and of none that inherits from it, in the format in which it was sent. Not as a query: the
/// executor's part is four percent of the server's work.
std::string read_back_sql(const model::copy_item& item)
{
    return fmt::format("COPY {} ({}) TO STDOUT (FORMAT {})", pg::qualified(item.table),
                       pg::quote_list(item.columns),
                       item.format == model::copy_format::binary ? "binary" : "text");
}

void add_row(crypto::row_receipt& receipt, const row_slice& row, std::string& scratch)
{
    constexpr std::size_t large = 1U << 20U;
    if (row.size() > large) {
        const std::array<std::string_view, 2> pieces{std::string_view(row.head, row.head_size), row.body};
        receipt.add(pieces);
        return;
    }
    scratch.assign(row.head, row.head_size);
    scratch.append(row.body);
    receipt.add(scratch);
}

} // namespace

task<crypto::row_receipt> read_back(pg::connection& target, const model::copy_item& item)
{
    auto reader = co_await pg::copy_out::open(target, read_back_sql(item));
    row_slicer slicer(item.format, false);
    crypto::row_receipt receipt;
    std::string scratch;
    std::string_view message;
    for (;;) {
        const auto what = reader.poll(message);
        if (what == pg::copy_poll::end) break;
        if (what == pg::copy_poll::empty) {
            co_await reader.wait();
            continue;
        }
        const auto row = slicer.slice(message);
        if (row.is_row) add_row(receipt, row, scratch);
    }
    co_await reader.finish();
    co_return receipt;
}

} // namespace tropeiro::rows

#include "worker/copy/bad_row_search.hpp"

#include <algorithm>
#include <utility>

namespace tropeiro::worker::copy {
namespace {

constexpr std::int64_t first_step = 64; // after a bad row
constexpr std::int64_t growth = 4;

} // namespace

bad_row_search::action bad_row_search::halve() const
{
    return try_rows(std::max<std::int64_t>(1, in_question_ / 2));
}

bad_row_search::action bad_row_search::try_more(std::int64_t rows) const
{
    if (rows >= batch_rows_) return {what_t::over, 0};
    return try_rows(rows);
}

bad_row_search::action bad_row_search::refused(std::int64_t rows, std::optional<std::int64_t> line)
{
    if (rows < 1) return {what_t::hopeless, 0};
    if (rows == 1) return {what_t::found, 1};
    if (in_front_ > 0) lines_lie_ = true;
    in_question_ = rows;
    in_front_ = 0;
    if (lines_lie_ || !line || *line < 1 || *line > rows) return halve();
    if (*line == 1) {
        in_question_ = 1;
        return try_rows(1);
    }
    in_front_ = *line - 1;
    return try_rows(in_front_);
}

bad_row_search::action bad_row_search::accepted(std::int64_t rows)
{
    accepted_since_ = true;
    // Batches may be smaller than was asked for: large values fill them sooner.
    const bool all_in_front = in_front_ > 0 && rows == in_front_;
    in_front_ = std::max<std::int64_t>(0, in_front_ - rows);
    in_question_ = std::max<std::int64_t>(0, in_question_ - rows);
    if (all_in_front) in_question_ = 1;
    if (in_front_ > 0) return try_rows(in_front_);
    if (in_question_ == 1) return try_rows(1);
    if (in_question_ > 1) return halve();
    return try_more(std::max(first_step, rows * growth));
}

bad_row_search::action bad_row_search::stepped_over()
{
    in_question_ = 0;
    in_front_ = 0;
    lines_lie_ = false;
    const bool alone = std::exchange(accepted_since_, false);
    return alone ? try_more(first_step) : try_rows(1);
}

} // namespace tropeiro::worker::copy

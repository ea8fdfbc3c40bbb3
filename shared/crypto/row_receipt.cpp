#include "shared/crypto/row_receipt.hpp"

#include <fmt/format.h>

#include <charconv>
#include <memory>

#define XXH_INLINE_ALL // the hash of a short row is a few instructions: a call would cost as much again
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#endif
#include <xxhash.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace tropeiro::crypto {
namespace {

bool read_hex(std::string_view digits, std::uint64_t& value)
{
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return status == std::errc{} && end == digits.data() + digits.size();
}

} // namespace

void row_receipt::add_hash(std::uint64_t high, std::uint64_t low)
{
    low_ += low;
    high_ += high + (low_ < low ? 1U : 0U);
    ++rows_;
}

void row_receipt::add(std::string_view row)
{
    const auto hash = XXH3_128bits(row.data(), row.size());
    add_hash(hash.high64, hash.low64);
}

void row_receipt::add(std::span<const std::string_view> pieces)
{
    const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), &XXH3_freeState);
    XXH3_128bits_reset(state.get());
    for (const auto piece : pieces) XXH3_128bits_update(state.get(), piece.data(), piece.size());
    const auto hash = XXH3_128bits_digest(state.get());
    add_hash(hash.high64, hash.low64);
}

void row_receipt::add(const row_receipt& other)
{
    const auto rows = rows_ + other.rows_;
    add_hash(other.high_, other.low_);
    rows_ = rows;
}

std::string row_receipt::digest() const { return rows_ == 0 ? "" : fmt::format("{:016x}{:016x}", high_, low_); }

result<row_receipt> row_receipt::parse(std::string_view digest, std::int64_t rows)
{
    row_receipt out;
    out.rows_ = rows;
    if (rows == 0 && digest.empty()) return out;
    const bool readable = digest.size() == 32 && read_hex(digest.substr(0, 16), out.high_) &&
                          read_hex(digest.substr(16), out.low_);
    if (!readable || rows <= 0)
        return error{error_kind::failed, fmt::format("\"{}\" with {} rows is not a receipt", digest, rows), {}};
    return out;
}

} // namespace tropeiro::crypto

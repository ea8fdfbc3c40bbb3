// A receipt for rows: their number and the sum, modulo 2^128, of a 128-bit hash of each.
//
// The order of the rows plays no part, receipts of parts add up to the receipt of the table, and two receipts are
// equal only when the rows are (up to a collision of 2^-128 scale). A sum, because XOR would cancel pairs: a row
// that arrived twice must show. The hash is XXH3-128 of the row's bytes in COPY format (xxHash 0.8).
#pragma once

#include "shared/base/error.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tropeiro::crypto {

class row_receipt {
  public:
    row_receipt() = default;

    /// One row, its bytes in one piece.
    void add(std::string_view row);

    /// One row whose bytes lie in several pieces, in order.
    void add(std::span<const std::string_view> pieces);

    void add(const row_receipt& other);

    std::int64_t rows() const { return rows_; }

    /// 32 hexadecimal digits; empty when no row was added.
    std::string digest() const;

    /// What digest() and rows() gave; an error for other text.
    static result<row_receipt> parse(std::string_view digest, std::int64_t rows);

    friend bool operator==(const row_receipt&, const row_receipt&) = default;

  private:
    void add_hash(std::uint64_t high, std::uint64_t low);

    std::uint64_t high_ = 0;
    std::uint64_t low_ = 0;
    std::int64_t rows_ = 0;
};

} // namespace tropeiro::crypto

// Takes the rows of a COPY stream apart, as far as routing needs it: the source row's place in front, and the tenant's key
// there or among the columns; the rest untouched. Pure: bytes in, views into the same bytes out.
//
// Format: PostgreSQL 15 documentation, COPY, "Binary Format" and "Text Format". libpq hands over one row a
// message; in binary the file header stands before the first row and the trailer comes in a message of its
// own.
#pragma once

#include "shared/model/job.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tropeiro::rows {

/// Where a row lies in its source table: block and line pointer.
struct row_place {
    std::uint32_t block = 0;
    std::uint16_t offset = 0;

    friend auto operator<=>(const row_place&, const row_place&) = default;
};

/// "(12,3)": PostgreSQL's text form of a tid.
std::string to_string(const row_place& place);
/// Throws `failure` for anything else.
row_place parse_place(std::string_view text);

/// One row to forward: `head` (two bytes of field count in binary, nothing in text), then `body`.
struct row_slice {
    bool is_row = false; // false: the stream's trailer, nothing to forward
    char head[2] = {0, 0};
    std::size_t head_size = 0;
    std::string_view body; // views the message it was cut from
    row_place place;       // zero when the stream carries none
    std::optional<std::string_view>
        key; // as it came, escapes and all; nothing: NULL, or the stream carries none

    std::size_t size() const { return head_size + body.size(); }
};

/// Where a row's key stands: in a field before all others, which is taken off, or in one of its columns, which stays.
struct key_field {
    enum class kind_t { none, in_front, column };
    kind_t kind = kind_t::none;
    std::size_t column = 0; // from 0, counted behind the place
};

class row_slicer {
  public:
    /// `with_place`: the source's ctid comes before the columns and is taken off.
    row_slicer(model::copy_format format, bool with_place, key_field key = {})
        : format_(format), with_place_(with_place), key_(key)
    {
    }

    /// Throws `failure` for bytes that are no COPY stream: the source does not speak the protocol we know.
    row_slice slice(std::string_view message);

  private:
    row_slice slice_binary(std::string_view message);
    row_slice slice_text(std::string_view message) const;

    model::copy_format format_;
    bool with_place_;
    key_field key_;
    bool header_seen_ = false;
};

/// What opens and closes a binary stream that we write: signature, no flags, no extension; and -1.
std::string_view stream_header(model::copy_format format);
std::string_view stream_trailer(model::copy_format format);

} // namespace tropeiro::rows

#include "shared/rows/row_slicer.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tropeiro::rows {
namespace {

using namespace std::string_view_literals;

constexpr auto signature = "PGCOPY\n\377\r\n\0"sv;
constexpr auto header = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"sv;
constexpr auto trailer = "\377\377"sv;
constexpr std::size_t tid_size = 6;
constexpr std::uint16_t most_fields = 0x7FFF; // the count is signed

[[noreturn]] void malformed(std::string_view what)
{
    throw failure(error_kind::failed, fmt::format("the source's COPY stream is malformed: {}", what),
                  "check that nothing between tropeiro and the source alters the protocol");
}

template <class Integer>
Integer big_endian(std::string_view bytes)
{
    Integer value = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i)
        value = static_cast<Integer>((static_cast<std::uint64_t>(value) << 8U) |
                                     static_cast<unsigned char>(bytes[i]));
    return value;
}

/// Removes `size` bytes from the front and gives them.
std::string_view take(std::string_view& bytes, std::size_t size, std::string_view what)
{
    if (bytes.size() < size) malformed(what);
    const auto taken = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return taken;
}

/// A field of a binary row; nothing for NULL.
std::optional<std::string_view> take_field(std::string_view& bytes)
{
    const auto size = big_endian<std::uint32_t>(take(bytes, 4, "a field without a length"));
    if (size == 0xFFFFFFFFU) return std::nullopt;
    return take(bytes, size, "a field that is cut short");
}

/// A column of a text line that others follow, and its tab.
std::string_view take_column(std::string_view& line)
{
    const auto tab = line.find('\t');
    if (tab == std::string_view::npos) malformed("a line with too few columns");
    const auto column = line.substr(0, tab);
    line.remove_prefix(tab + 1);
    return column;
}

/// The value of a column, from the row's columns on.
std::optional<std::string_view> field_at(std::string_view fields, std::size_t column)
{
    for (; column > 0; --column)
        take_field(fields);
    return take_field(fields);
}

std::string_view column_at(std::string_view line, std::size_t column)
{
    for (; column > 0; --column)
        take_column(line);
    return line.substr(0, line.find_first_of("\t\n"));
}

std::optional<std::string_view> text_value(std::string_view column)
{
    if (column == R"(\N)") return std::nullopt;
    return column;
}

void skip_header(std::string_view& bytes)
{
    if (take(bytes, signature.size(), "no signature") != signature) malformed("no signature");
    take(bytes, 4, "the header ends in its flags");
    const auto extension =
        big_endian<std::uint32_t>(take(bytes, 4, "the header ends in its extension's length"));
    take(bytes, extension, "the header ends in its extension");
}

} // namespace

row_place parse_place(std::string_view text)
{
    row_place place;
    const char* const end = text.data() + text.size();
    if (text.size() < 5 || text.front() != '(' || text.back() != ')') malformed("a place that is no ctid");
    const auto block = std::from_chars(text.data() + 1, end, place.block);
    if (block.ec != std::errc{} || *block.ptr != ',') malformed("a place that is no ctid");
    const auto offset = std::from_chars(block.ptr + 1, end, place.offset);
    if (offset.ec != std::errc{} || offset.ptr != end - 1) malformed("a place that is no ctid");
    return place;
}

std::string to_string(const row_place& place) { return fmt::format("({},{})", place.block, place.offset); }

std::string_view stream_header(model::copy_format format)
{
    return format == model::copy_format::binary ? header : ""sv;
}

std::string_view stream_trailer(model::copy_format format)
{
    return format == model::copy_format::binary ? trailer : ""sv;
}

row_slice row_slicer::slice(std::string_view message)
{
    return format_ == model::copy_format::binary ? slice_binary(message) : slice_text(message);
}

row_slice row_slicer::slice_binary(std::string_view message)
{
    if (!header_seen_) {
        skip_header(message);
        header_seen_ = true;
        if (message.empty()) return {}; // a header on its own
    }
    auto fields = big_endian<std::uint16_t>(take(message, 2, "a row without a field count"));
    if (fields == 0xFFFFU) {
        if (!message.empty()) malformed("bytes behind the trailer");
        return {};
    }
    if (fields > most_fields) malformed("a row with a negative field count");
    row_slice slice;
    slice.is_row = true;
    const bool key_in_front = key_.kind == key_field::kind_t::in_front;
    const auto in_front = (key_in_front ? 1 : 0) + (with_place_ ? 1 : 0);
    if (fields < in_front) malformed("a row with too few fields");
    if (key_in_front) slice.key = take_field(message);
    if (with_place_) {
        const auto tid = take_field(message);
        if (!tid || tid->size() != tid_size) malformed("a place that is no ctid");
        slice.place = {big_endian<std::uint32_t>(tid->substr(0, 4)),
                       big_endian<std::uint16_t>(tid->substr(4, 2))};
    }
    fields = static_cast<std::uint16_t>(fields - in_front);
    slice.head[0] = static_cast<char>(static_cast<unsigned char>(fields >> 8U));
    slice.head[1] = static_cast<char>(static_cast<unsigned char>(fields & 0xFFU));
    slice.head_size = 2;
    slice.body = message;
    if (key_.kind == key_field::kind_t::column) {
        if (fields <= key_.column) malformed("a row without its key");
        slice.key = field_at(message, key_.column);
    }
    return slice;
}

row_slice row_slicer::slice_text(std::string_view message) const
{
    if (message.empty() || message.back() != '\n') malformed("a line without an end");
    row_slice slice;
    slice.is_row = true;
    if (key_.kind == key_field::kind_t::in_front) slice.key = text_value(take_column(message));
    if (with_place_) slice.place = parse_place(take_column(message));
    if (key_.kind == key_field::kind_t::column) slice.key = text_value(column_at(message, key_.column));
    slice.body = message;
    return slice;
}

} // namespace tropeiro::rows

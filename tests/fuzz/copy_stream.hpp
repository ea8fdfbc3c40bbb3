// COPY streams as a source would send them, made up from choices: one message a row, in binary with the header in
// front and the trailer behind; and ways to damage them. Written from PostgreSQL's documentation (COPY, "Binary
// Format", "Text Format"), not from the code that is tested.
#pragma once

#include "shared/rows/row_slicer.hpp"
#include "tests/fuzz/choices.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace tropeiro::test {

using field = std::optional<std::string>; // nothing: NULL

struct stream_shape {
    model::copy_format format = model::copy_format::binary;
    bool with_place = false;
    std::vector<std::string> asked; // keys; none: the rows have no key
    std::vector<std::string> keys;  // the same as the stream writes them
    rows::key_field key;            // where the rows have it
    std::size_t columns = 1;        // of the table

    bool binary() const { return format == model::copy_format::binary; }
    bool key_in_front() const { return key.kind == rows::key_field::kind_t::in_front; }
};

struct sent_row {
    field key; // as the stream writes it
    rows::row_place place;
    std::string bytes; // what must reach the target: the row without what stands in front
};

struct copy_stream {
    stream_shape shape;
    std::vector<std::string> messages;
    std::vector<std::optional<sent_row>> rows; // beside the messages; nothing: header or trailer
};

inline std::string big_endian(std::uint64_t value, unsigned bytes)
{
    std::string text;
    while (bytes-- > 0)
        text += static_cast<char>(value >> (8U * bytes) & 0xFFU);
    return text;
}

inline std::string binary_field(const field& value)
{
    return value ? big_endian(value->size(), 4) + *value : big_endian(0xFFFFFFFFU, 4);
}

inline std::string text_field(const field& value)
{
    if (!value) return "\\N";
    constexpr std::string_view special = "\b\f\n\r\t\v\\";
    constexpr std::string_view letters = "bfnrtv\\";
    std::string text;
    for (const char c : *value) {
        const auto at = special.find(c);
        if (at == std::string_view::npos)
            text += c;
        else
            text += {'\\', letters[at]};
    }
    return text;
}

inline std::string encoded(const stream_shape& shape, const std::vector<field>& fields)
{
    std::string row = shape.binary() ? big_endian(fields.size(), 2) : "";
    for (std::size_t i = 0; i < fields.size(); ++i)
        row += shape.binary() ? binary_field(fields[i]) : (i == 0 ? "" : "\t") + text_field(fields[i]);
    return shape.binary() ? row : row + "\n";
}

/// Text cannot hold a NUL.
inline std::string fit_for(const stream_shape& shape, std::string value)
{
    if (!shape.binary()) std::replace(value.begin(), value.end(), '\0', '0');
    return value;
}

inline field value_for(const stream_shape& shape, choices& from)
{
    constexpr std::string_view awkward = "\b\f\n\r\t\v\\N.(),\"\x7f\xff\xc3";
    std::string value;
    switch (from.below(6)) {
    case 0:
        return std::nullopt;
    case 1:
        return value;
    case 2:
        for (auto left = from.below(9); left > 0; --left)
            value += awkward[from.below(awkward.size())];
        return value;
    case 3:
        return std::string(from.below(from.one_in(50) ? 70'000 : 300),
                           static_cast<char>('a' + from.below(26)));
    case 4:
        return "\\N";
    default:
        return fit_for(shape, from.bytes(1 + from.below(12)));
    }
}

inline stream_shape shape_from(choices& from)
{
    stream_shape shape;
    if (from.below(2) == 1) shape.format = model::copy_format::text;
    shape.with_place = from.below(2) == 1;
    const std::array<std::string, 6> values{
        "7", "", "a\tb", "\\N", "0123456789abcdef", std::string(300, 'k')};
    for (const auto& value : values)
        if (from.below(2) == 1) shape.asked.push_back(value);
    for (const auto& value : shape.asked)
        shape.keys.push_back(shape.binary() ? value : text_field(value));
    shape.columns = from.below(7);
    if (from.one_in(24)) shape.columns = 200 + from.below(1400);
    if (!shape.asked.empty()) shape.key.kind = rows::key_field::kind_t::in_front;
    if (!shape.asked.empty() && shape.columns > 0 && from.below(2) == 1)
        shape.key = {rows::key_field::kind_t::column, from.below(shape.columns)};
    // A table without columns has no rows to copy; in text nothing would end what stands in front.
    const bool something_in_front = shape.with_place || shape.key_in_front();
    if (!shape.binary() && something_in_front && shape.columns == 0) shape.columns = 1;
    return shape;
}

/// Mostly one of those that were asked for.
inline field key_for(const stream_shape& shape, choices& from)
{
    if (from.one_in(12)) return std::nullopt;
    if (from.one_in(12)) return "nobody's";
    return shape.asked[from.below(shape.asked.size())];
}

inline std::string in_front(const stream_shape& shape, const sent_row& row)
{
    std::string front;
    if (shape.key_in_front())
        front += shape.binary() ? binary_field(row.key) : row.key.value_or("\\N") + "\t";
    if (!shape.with_place) return front;
    if (!shape.binary())
        return front + "(" + std::to_string(row.place.block) + "," + std::to_string(row.place.offset) + ")\t";
    return front + binary_field(big_endian(row.place.block, 4) + big_endian(row.place.offset, 2));
}

inline void add_row(copy_stream& stream, choices& from)
{
    const auto& shape = stream.shape;
    sent_row row;
    field key;
    if (!shape.asked.empty()) key = key_for(shape, from);
    if (key) row.key = shape.binary() ? *key : text_field(key);
    if (shape.with_place)
        row.place = {static_cast<std::uint32_t>(from.below(std::size_t{1} << 32U)),
                     static_cast<std::uint16_t>(from.below(65'536))};
    std::vector<field> fields;
    for (std::size_t i = 0; i < shape.columns; ++i)
        fields.push_back(value_for(shape, from));
    if (shape.key.kind == rows::key_field::kind_t::column) fields[shape.key.column] = key;
    row.bytes = encoded(shape, fields);
    if (shape.binary()) {
        const auto all = fields.size() + (shape.key_in_front() ? 1 : 0) + (shape.with_place ? 1 : 0);
        stream.messages.push_back(big_endian(all, 2) + in_front(shape, row) + row.bytes.substr(2));
    } else {
        stream.messages.push_back(in_front(shape, row) + row.bytes);
    }
    stream.rows.emplace_back(std::move(row));
}

/// A stream that a source might send.
inline copy_stream stream_from(choices& from)
{
    copy_stream stream;
    stream.shape = shape_from(from);
    for (auto left = from.below(6); left > 0; --left)
        add_row(stream, from);
    if (!stream.shape.binary()) return stream;
    stream.messages.push_back(big_endian(0xFFFFU, 2));
    stream.rows.emplace_back();
    const auto extension = from.bytes(from.one_in(4) ? from.below(20) : 0);
    const auto header = std::string("PGCOPY\n\377\r\n\0\0\0\0\0", 15) + binary_field(extension);
    if (from.one_in(4)) {
        stream.messages.insert(stream.messages.begin(), header);
        stream.rows.insert(stream.rows.begin(), std::nullopt);
    } else {
        stream.messages.front().insert(0, header);
    }
    return stream;
}

/// One fault of a line, a proxy or a server.
inline void damage(std::vector<std::string>& messages, choices& from)
{
    if (messages.empty()) return;
    const auto number = from.below(messages.size());
    auto& message = messages[number];
    const auto at = from.below(message.size() + 1);
    const auto overwrite = [&](const std::string& with) {
        message.replace(at, std::min(with.size(), message.size() - at), with);
    };
    constexpr std::array<std::uint64_t, 7> lengths{
        0xFFFFFFFFU, 0xFFFFFFFEU, 0x80000000U, 0x7FFFFFFFU, 0x00010000U, 0x00000007U, 0};
    switch (from.below(8)) {
    case 0:
        if (at < message.size())
            message[at] = static_cast<char>(static_cast<unsigned char>(message[at]) ^ (1U << from.below(8)));
        break;
    case 1:
        message.resize(at);
        break;
    case 2:
        message += from.bytes(1 + from.below(40));
        break;
    case 3:
        overwrite(big_endian(lengths[from.below(lengths.size())], 4));
        break;
    case 4:
        overwrite(big_endian(from.below(65'536), 2));
        break;
    case 5:
        message.insert(at, from.bytes(1 + from.below(8)));
        break;
    case 6: // two arrive as one
        if (number + 1 < messages.size()) {
            message += messages[number + 1];
            messages.erase(messages.begin() + static_cast<std::ptrdiff_t>(number) + 1);
        }
        break;
    default: // one is lost
        messages.erase(messages.begin() + static_cast<std::ptrdiff_t>(number));
        break;
    }
}

} // namespace tropeiro::test

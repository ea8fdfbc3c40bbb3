// What must hold for whatever arrives on a COPY stream. Rows of a sound stream are put together again byte by byte and
// find their targets. Of any other bytes each message is cut inside its memory, so that nothing of it is lost or read
// twice, or it is refused with a `failure`.
//
// The unit tests drive it with seeded choices, tests/fuzz/row_stream_fuzz.cpp with those of libFuzzer. What does not
// hold is thrown as std::logic_error.
#pragma once

#include "tests/fuzz/copy_stream.hpp"
#include "worker/copy/row_router.hpp"

#include <cstring>
#include <memory>
#include <stdexcept>

namespace tropeiro::test {

struct stream_tally {
    std::size_t rows = 0;
    std::size_t refused = 0;
};

inline void must(bool holds, const char* what)
{
    if (!holds) throw std::logic_error(what);
}

/// Ends where its memory ends, so that a sanitizer sees the first byte that is read too far.
class exact_message {
  public:
    explicit exact_message(std::string_view bytes) : bytes_(new char[bytes.size()]), size_(bytes.size())
    {
        if (size_ > 0) std::memcpy(bytes_.get(), bytes.data(), size_);
    }
    std::string_view view() const { return {bytes_.get(), size_}; }

  private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_;
};

inline std::string forwarded(const rows::row_slice& row)
{
    return std::string(row.head, row.head_size) + std::string(row.body);
}

/// Nothing but the header, the trailer, or both.
inline bool holds_no_row(std::string_view message)
{
    constexpr std::size_t fixed = 19;
    if (message.starts_with("PGCOPY\n") && message.size() >= fixed) {
        std::size_t extension = 0;
        for (std::size_t i = fixed - 4; i < fixed; ++i)
            extension = extension << 8U | static_cast<unsigned char>(message[i]);
        message.remove_prefix(std::min(message.size(), fixed + extension));
        if (message.empty()) return true;
    }
    return message == "\377\377";
}

inline void must_lie_inside(const rows::row_slice& row, const stream_shape& shape, std::string_view message)
{
    if (!row.is_row) return must(shape.binary() && holds_no_row(message), "bytes of a row are dropped");
    const auto* begin = message.data();
    const auto* end = begin + message.size();
    must(row.body.data() >= begin && row.body.data() + row.body.size() == end,
         "a row does not end where its message ends");
    const auto* first = shape.key_in_front() ? begin : row.body.data();
    const auto* last = shape.key_in_front() ? row.body.data() : end;
    must(!row.key || (row.key->data() >= first && row.key->data() + row.key->size() <= last),
         "a key lies elsewhere than in its field");
    must(row.head_size == (shape.binary() ? 2U : 0U),
         "a row begins with something else than its field count");
    must(shape.binary() || (!row.body.empty() && row.body.back() == '\n'), "a line has no end");
}

/// Every message of these, whatever they hold.
inline stream_tally check_any(const stream_shape& shape, const std::vector<std::string>& messages)
{
    stream_tally tally;
    rows::row_slicer slicer(shape.format, shape.with_place, shape.key);
    worker::copy::row_router router(shape.format, shape.with_place, shape.keys, shape.key);
    for (const auto& bytes : messages) {
        const exact_message message(bytes);
        try {
            const auto row = slicer.slice(message.view());
            must_lie_inside(row, shape, message.view());
        } catch (const failure&) {
            ++tally.refused;
        }
        try {
            const auto routed = router.route(message.view());
            must_lie_inside(routed.row, shape, message.view());
            must(routed.target < std::max<std::size_t>(1, shape.keys.size()), "a target that nobody named");
            if (routed.row.is_row) ++tally.rows;
        } catch (const failure&) {
        }
    }
    return tally;
}

inline void check_row(worker::copy::row_router& router, const stream_shape& shape, const sent_row& sent,
                      std::string_view message)
{
    const auto asked = std::find(shape.keys.begin(), shape.keys.end(), sent.key.value_or(""));
    const bool wanted = shape.keys.empty() || (sent.key && asked != shape.keys.end());
    try {
        const auto routed = router.route(message);
        must(wanted, "a row of nobody is given to somebody");
        must(routed.row.is_row && forwarded(routed.row) == sent.bytes, "other bytes than the row's");
        must(routed.row.place == sent.place, "another place than the row's");
        must(shape.keys.empty() || routed.target == static_cast<std::size_t>(asked - shape.keys.begin()),
             "another tenant's target");
    } catch (const failure&) {
        must(!wanted, "a sound row is refused");
    }
}

/// A sound stream: the rows come out as they were put in.
inline stream_tally check_sound(const copy_stream& stream)
{
    const auto& shape = stream.shape;
    stream_tally tally;
    rows::row_slicer slicer(shape.format, shape.with_place, shape.key);
    worker::copy::row_router router(shape.format, shape.with_place, shape.keys, shape.key);
    for (std::size_t i = 0; i < stream.messages.size(); ++i) {
        const exact_message message(stream.messages[i]);
        const auto row = slicer.slice(message.view());
        must_lie_inside(row, shape, message.view());
        const auto& sent = stream.rows[i];
        must(row.is_row == sent.has_value(), "a row is taken for none, or the other way round");
        if (!sent) {
            must(!router.route(message.view()).row.is_row, "the header or the trailer is taken for a row");
            continue;
        }
        must(forwarded(row) == sent->bytes, "other bytes than the row's");
        must(row.key == (shape.keys.empty() ? field() : sent->key), "another key than the row's");
        check_row(router, shape, *sent, message.view());
        ++tally.rows;
    }
    return tally;
}

/// A sound stream, one with up to four faults, or any bytes at all.
inline stream_tally check_stream(choices from)
{
    const auto how = from.below(3);
    if (how == 0) return check_sound(stream_from(from));
    if (how == 1) {
        auto stream = stream_from(from);
        for (auto faults = 1 + from.below(4); faults > 0; --faults)
            damage(stream.messages, from);
        return check_any(stream.shape, stream.messages);
    }
    const auto shape = shape_from(from);
    std::vector<std::string> messages;
    while (!from.used_up())
        messages.push_back(from.bytes(1 + from.below(64)));
    return check_any(shape, messages);
}

} // namespace tropeiro::test

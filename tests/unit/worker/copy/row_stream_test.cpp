// Rows of streams that a seeded generator made up, sound and damaged. The same properties are fuzzed: tests/fuzz.
#include "tests/fuzz/row_stream.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tropeiro::test {
namespace {

std::string random_bytes(std::mt19937& random, std::size_t size)
{
    std::string bytes(size, '\0');
    for (auto& byte : bytes)
        byte = static_cast<char>(random());
    return bytes;
}

copy_stream random_stream(std::mt19937& random)
{
    const auto bytes = random_bytes(random, 200 + random() % 1'000);
    choices from(bytes);
    return stream_from(from);
}

TEST(row_stream, rows_of_sound_streams_come_out_byte_by_byte_and_find_their_targets)
{
    std::mt19937 random(1); // the same streams in every run
    std::size_t rows = 0;
    for (int i = 0; i < 1'500; ++i) {
        const auto stream = random_stream(random);
        ASSERT_NO_THROW(rows += check_sound(stream).rows) << "stream " << i;
    }
    EXPECT_GT(rows, 3'000U);
}

TEST(row_stream, messages_of_damaged_streams_are_cut_inside_their_bytes_or_refused)
{
    std::mt19937 random(2);
    stream_tally all;
    for (int i = 0; i < 3'000; ++i) {
        auto stream = random_stream(random);
        const auto bytes = random_bytes(random, 200);
        choices from(bytes);
        for (auto faults = 1 + from.below(4); faults > 0; --faults)
            damage(stream.messages, from);
        stream_tally found;
        ASSERT_NO_THROW(found = check_any(stream.shape, stream.messages)) << "stream " << i;
        all.rows += found.rows;
        all.refused += found.refused;
    }
    EXPECT_GT(all.rows, 1'500U) << "what was damaged still held rows";
    EXPECT_GT(all.refused, 700U) << "and some that are none";
}

TEST(row_stream, a_message_that_ends_anywhere_is_cut_inside_its_bytes_or_refused)
{
    std::mt19937 random(3);
    for (int i = 0; i < 60; ++i) {
        const auto stream = random_stream(random);
        for (std::size_t cut = 0; cut < stream.messages.size(); ++cut) {
            auto messages = stream.messages;
            const auto step = 1 + messages[cut].size() / 200;
            for (std::size_t size = 0; size < stream.messages[cut].size(); size += step) {
                messages[cut] = stream.messages[cut].substr(0, size);
                ASSERT_NO_THROW(check_any(stream.shape, messages)) << i << ", " << cut << " at " << size;
            }
        }
    }
}

TEST(row_stream, bytes_of_no_stream_at_all_are_cut_inside_or_refused)
{
    std::mt19937 random(4);
    for (int i = 0; i < 3'000; ++i) {
        const auto bytes = random_bytes(random, random() % 300);
        ASSERT_NO_THROW(check_stream(choices(bytes))) << "bytes " << i;
    }
}

} // namespace
} // namespace tropeiro::test

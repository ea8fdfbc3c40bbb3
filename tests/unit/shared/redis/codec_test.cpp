// Commands out, replies in: the wire format without a wire.
#include "shared/redis/command.hpp"
#include "shared/redis/reader.hpp"
#include "shared/redis/script.hpp"

#include <gtest/gtest.h>

using namespace tropeiro;

namespace {

std::string wire(const redis::command& what)
{
    std::string bytes;
    what.write_to(bytes);
    return bytes;
}

redis::reply read(std::string_view bytes)
{
    redis::reader reader("test:1");
    reader.feed(bytes);
    return reader.next().value();
}

} // namespace

TEST(redis_command, words_and_numbers_become_bulk_strings)
{
    EXPECT_EQ(wire(redis::command("SET", "a", 42)), "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$2\r\n42\r\n");
}

TEST(redis_command, zero_bytes_and_line_ends_pass_unharmed)
{
    const std::string value("a\0\r\nb", 5);
    EXPECT_EQ(wire(redis::command("SET", "k", value)),
              std::string("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\0\r\nb\r\n", 31));
}

TEST(redis_command, commands_are_written_one_behind_the_other)
{
    std::string bytes;
    redis::command("PING").write_to(bytes);
    redis::command("PING").write_to(bytes);
    EXPECT_EQ(bytes, "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n");
}

TEST(redis_reply, every_type_arrives_as_what_it_is)
{
    EXPECT_TRUE(read("$-1\r\n").is_nil());
    EXPECT_EQ(read(":-7\r\n").integer(), -7);
    EXPECT_EQ(read("+OK\r\n").string(), "OK");
    EXPECT_EQ(read("$0\r\n\r\n").string(), "");
    const auto nested = read("*2\r\n:1\r\n*2\r\n$1\r\na\r\n$-1\r\n");
    EXPECT_EQ(nested[1][0].string(), "a");
    EXPECT_TRUE(nested[1][1].is_nil());
}

TEST(redis_reply, bytes_with_zeros_keep_their_length)
{
    EXPECT_EQ(read(std::string_view("$3\r\n\0a\0\r\n", 9)).string(), std::string("\0a\0", 3));
}

TEST(redis_reply, a_number_in_a_string_is_read_as_an_integer)
{
    EXPECT_EQ(read("$3\r\n123\r\n").integer(), 123);
    EXPECT_THROW(read("$3\r\n12x\r\n").integer(), redis::bad_reply);
}

TEST(redis_reply, a_reply_of_another_shape_is_refused)
{
    EXPECT_THROW(read("+OK\r\n").elements(), redis::bad_reply);
    EXPECT_THROW(read(":1\r\n").string(), redis::bad_reply);
    EXPECT_THROW(read("*1\r\n:1\r\n")[1], redis::bad_reply);
}

TEST(redis_reply, an_error_reply_throws_the_servers_error_whatever_is_asked_of_it)
{
    const auto reply = read("-OOM command not allowed\r\n");
    EXPECT_TRUE(reply.is_error());
    try {
        reply.integer();
        FAIL() << "nothing was thrown";
    } catch (const redis::error& e) {
        EXPECT_EQ(e.code(), "OOM");
        EXPECT_FALSE(e.is_connection_lost());
        EXPECT_NE(std::string(e.what()).find("test:1"), std::string::npos);
        EXPECT_FALSE(e.hint().empty());
    }
}

TEST(redis_error, codes_decide_the_kind)
{
    EXPECT_EQ(redis::error("LOADING Redis is loading the dataset in memory", "h").kind(),
              error_kind::unreachable);
    EXPECT_TRUE(redis::error("NOSCRIPT No matching script.", "h").is_unknown_script());
    EXPECT_EQ(redis::error("WRONGPASS invalid username-password pair", "h").kind(), error_kind::refused);
    EXPECT_EQ(redis::error("Some words without a code", "h").code(), "");
    EXPECT_EQ(redis::connection_lost("gone").kind(), error_kind::unreachable);
    EXPECT_TRUE(redis::connection_lost("gone").is_connection_lost());
}

TEST(redis_reader, a_reply_in_pieces_is_complete_with_its_last_byte)
{
    redis::reader reader("h");
    const std::string_view bytes = "*2\r\n$5\r\nhello\r\n:12\r\n";
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
        reader.feed(bytes.substr(i, 1));
        EXPECT_FALSE(reader.next());
    }
    reader.feed(bytes.substr(bytes.size() - 1));
    EXPECT_EQ(reader.next().value()[1].integer(), 12);
}

TEST(redis_reader, replies_in_one_piece_come_one_by_one)
{
    redis::reader reader("h");
    reader.feed(":1\r\n:2\r\n");
    EXPECT_EQ(reader.next().value().integer(), 1);
    EXPECT_EQ(reader.next().value().integer(), 2);
    EXPECT_FALSE(reader.next());
}

TEST(redis_reader, another_protocol_is_refused)
{
    redis::reader reader("h");
    reader.feed("HTTP/1.1 400 Bad Request\r\n");
    EXPECT_THROW(reader.next(), redis::bad_reply);
}

TEST(redis_script, its_digest_is_the_one_redis_uses)
{
    EXPECT_EQ(redis::script("one", "return 1").sha1(), "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
}

#include "shared/redis/url.hpp"

#include <gtest/gtest.h>

using namespace tropeiro;

TEST(redis_url, a_host_alone_gets_the_usual_port)
{
    const auto url = redis::parse_url("redis://cache.example", "REDIS_URL").value();
    EXPECT_EQ(url.host, "cache.example");
    EXPECT_EQ(url.port, 6379);
    EXPECT_EQ(url.database, 0);
    EXPECT_TRUE(url.password.empty());
    EXPECT_FALSE(url.is_unix());
}

TEST(redis_url, password_port_and_database_are_read_and_percent_encoding_is_undone)
{
    const auto url = redis::parse_url("redis://:p%40ss%2Fword@10.0.0.7:7000/3", "REDIS_URL").value();
    EXPECT_EQ(url.password.reveal(), "p@ss/word");
    EXPECT_EQ(url.user, "");
    EXPECT_EQ(url.port, 7000);
    EXPECT_EQ(url.database, 3);
}

TEST(redis_url, a_user_of_an_access_list_is_read)
{
    const auto url = redis::parse_url("redis://fleet:secret@h", "REDIS_URL").value();
    EXPECT_EQ(url.user, "fleet");
    EXPECT_EQ(url.password.reveal(), "secret");
}

TEST(redis_url, an_ipv6_host_loses_its_brackets)
{
    EXPECT_EQ(redis::parse_url("redis://[::1]:6380", "REDIS_URL").value().host, "::1");
}

TEST(redis_url, a_unix_socket_is_a_path_with_an_optional_database)
{
    const auto url = redis::parse_url("unix:///run/redis/r.sock?db=2", "REDIS_URL").value();
    EXPECT_TRUE(url.is_unix());
    EXPECT_EQ(url.path, "/run/redis/r.sock");
    EXPECT_EQ(url.database, 2);
    EXPECT_EQ(redis::where(url), "/run/redis/r.sock/2");
}

TEST(redis_url, errors_name_the_variable_and_never_the_password)
{
    for (const auto* text :
         {"", "redis", "http://:hunter2@h", "redis://:hunter2@h/x", "redis://:hunter2@h:0",
          "rediss://:hunter2@h", "unix://host/x", "redis://:hunter2@h:99999", "redis://:hunter2@"}) {
        const auto url = redis::parse_url(text, "REDIS_URL");
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().kind, error_kind::usage);
        EXPECT_NE(url.error().message.find("REDIS_URL"), std::string::npos) << url.error().message;
        EXPECT_EQ((url.error().message + url.error().hint).find("hunter2"), std::string::npos) << text;
    }
}

TEST(redis_url, where_shows_the_server_without_its_password)
{
    EXPECT_EQ(redis::where(redis::parse_url("redis://:hunter2@h:7000/3", "REDIS_URL").value()), "h:7000/3");
}

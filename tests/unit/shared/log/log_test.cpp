#include "shared/base/secret.hpp"
#include "shared/log/log.hpp"
#include "shared/log/render.hpp"
#include "shared/model/ids.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>

using namespace std::chrono_literals;

namespace tropeiro::log {
namespace {

static_assert(!std::is_constructible_v<value, secret>, "a secret must not become a log value");
static_assert(!std::is_constructible_v<value, const secret&>, "a secret must not become a log value");
static_assert(!fmt::is_formattable<secret>::value, "a secret must not be formattable");
static_assert(!std::is_constructible_v<value, int*>, "a pointer is not a truth value");

std::string text_of(std::string_view message, fields with)
{
    std::vector<field_view> views;
    for (const auto& f : with)
        views.push_back(field_view{f.key, &f.content});
    return render_text(message, views);
}

boost::json::object json_of(std::string_view message, fields with)
{
    std::vector<field_view> views;
    for (const auto& f : with)
        views.push_back(field_view{f.key, &f.content});
    const auto line = render_json("2026-03-01T12:00:00.123Z", level::warn, message, views);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    return boost::json::parse(line).as_object();
}

struct restore_log {
    ~restore_log() { setup(options{}); }
};

TEST(log_text, fields_follow_the_message_and_are_quoted_only_where_needed)
{
    EXPECT_EQ(
        text_of("table copied", {{"tenant", "recife"}, {"rows", 1234567}, {"done", true}, {"took", 1500ms}}),
        "table copied tenant=recife rows=1234567 done=true took=1.5");
    EXPECT_EQ(text_of("x", {{"a", "two words"}, {"b", ""}, {"c", "say \"hi\""}, {"d", "k=v"}}),
              R"(x a="two words" b="" c="say \"hi\"" d="k=v")");
}

TEST(log_text, a_newline_in_a_name_cannot_forge_a_second_line)
{
    EXPECT_EQ(text_of("a\nb", {{"slug", "x\n2026 error"}}), "a\\nb slug=\"x\\n2026 error\"");
    EXPECT_EQ(text_of("\x1b[31m", {}), "\\x1b[31m");
}

TEST(log_text, ids_and_extreme_numbers_stand_as_they_are)
{
    EXPECT_EQ(text_of("x", {{"job", model::job_id(42)}, {"tenant", model::tenant_id("u-1")}}),
              "x job=42 tenant=u-1");
    EXPECT_EQ(text_of("x", {{"max", std::numeric_limits<std::uint64_t>::max()}}),
              "x max=18446744073709551615");
}

TEST(log_json, is_one_object_with_typed_fields)
{
    const auto line =
        json_of("table copied", {{"rows", 7}, {"ratio", 0.5}, {"ok", false}, {"name", "Tábua \"1\"\n"}});
    EXPECT_EQ(line.at("ts"), "2026-03-01T12:00:00.123Z");
    EXPECT_EQ(line.at("level"), "warn");
    EXPECT_EQ(line.at("msg"), "table copied");
    EXPECT_EQ(line.at("rows"), 7);
    EXPECT_EQ(line.at("ratio"), 0.5);
    EXPECT_EQ(line.at("ok"), false);
    EXPECT_EQ(line.at("name"), "Tábua \"1\"\n");
}

TEST(log_json, bytes_that_are_not_utf8_are_replaced_and_not_numbers_are_null)
{
    const auto line =
        json_of("caf\xe9", {{"cut", "\xf0\x9f"}, {"bad", std::nan("")}, {"surrogate", "\xed\xa0\x80"}});
    EXPECT_EQ(line.at("msg"), "caf\xEF\xBF\xBD");
    EXPECT_EQ(line.at("cut"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_TRUE(line.at("bad").is_null());
    EXPECT_EQ(line.at("surrogate"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(log_json, a_field_does_not_hide_the_lines_own)
{
    const auto line = json_of("hello", {{"msg", "other"}});
    EXPECT_EQ(line.at("msg"), "hello");
    EXPECT_EQ(line.at("msg_"), "other");
}

TEST(log, lines_below_the_level_are_not_written)
{
    const restore_log restore;
    std::ostringstream out;
    setup(options{level::warn, style::text, &out});
    info("quiet");
    warn("loud", {{"n", 1}});
    EXPECT_FALSE(enabled(level::info));
    const auto text = out.str();
    EXPECT_EQ(text.find("quiet"), std::string::npos);
    EXPECT_NE(text.find("Z warning loud n=1\n"), std::string::npos) << text;
}

TEST(log, what_is_in_use_can_be_put_back)
{
    const restore_log restore;
    std::ostringstream out;
    setup(options{level::error, style::json, &out});
    const auto before = in_use();
    std::ostringstream elsewhere;
    setup(options{level::trace, style::text, &elsewhere});
    setup(before);
    warn("quiet");
    error("loud");
    EXPECT_EQ(elsewhere.str(), "");
    EXPECT_EQ(out.str().find("quiet"), std::string::npos);
    EXPECT_EQ(boost::json::parse(out.str().substr(0, out.str().find('\n'))).at("level"), "error");
}

TEST(log, braces_in_a_message_are_only_braces)
{
    const restore_log restore;
    std::ostringstream out;
    setup(options{level::info, style::text, &out});
    info("conecta_{slug} {}");
    EXPECT_NE(out.str().find("conecta_{slug} {}"), std::string::npos);
}

TEST(log, a_logger_writes_its_fields_with_every_line)
{
    const restore_log restore;
    std::ostringstream out;
    setup(options{level::info, style::json, &out});
    const logger job{{"job", 7}, {"tenant", "recife"}};
    const auto attempt = job.with({{"attempt", 2}});
    attempt.info("started", {{"worker", "w1"}});
    const auto line = boost::json::parse(out.str().substr(0, out.str().find('\n'))).as_object();
    EXPECT_EQ(line.at("job"), 7);
    EXPECT_EQ(line.at("tenant"), "recife");
    EXPECT_EQ(line.at("attempt"), 2);
    EXPECT_EQ(line.at("worker"), "w1");
}

TEST(log, level_and_style_names_are_read)
{
    EXPECT_EQ(level_from("debug"), level::debug);
    EXPECT_FALSE(level_from("loud"));
    EXPECT_EQ(style_from("json"), style::json);
    EXPECT_FALSE(style_from("xml"));
}

} // namespace
} // namespace tropeiro::log

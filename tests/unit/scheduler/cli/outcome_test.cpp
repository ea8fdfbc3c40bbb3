#include "scheduler/cli/follow.hpp"
#include "scheduler/cli/output.hpp"
#include "scheduler/cli/plan_flags.hpp"
#include "scheduler/cli/serve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace tropeiro::scheduler::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

json::value outcome(std::string_view state)
{
    auto answer = json::parse(R"({"rollout":{"id":7,"state":"done"},"items":[
        {"slug":"recife","status":"done","tables":30,"rows":1200,"bytes":2097152,"seconds":12.14,"receipts":30,
         "verified":true,"error":null},
        {"slug":"olinda","status":"failed","tables":2,"rows":5,"bytes":100,"seconds":1,"receipts":0,
         "verified":false,"error":"disk full"}]})");
    answer.as_object()["rollout"].as_object()["state"] = state;
    return answer;
}

} // namespace

TEST(outcome, has_a_line_for_each_city)
{
    const auto table = render_outcome(outcome("failed"), paint(false));
    EXPECT_THAT(table, HasSubstr("recife      30  1,200  2.0     12.1  30 by receipt  done\n"));
    EXPECT_THAT(table, HasSubstr("failed: disk full\n"));
}

TEST(outcome, tables_without_a_receipt_are_not_called_proved)
{
    auto answer = outcome("done");
    auto& city = answer.at("items").as_array().at(0).as_object();
    city["receipts"] = 28;
    EXPECT_THAT(render_outcome(answer, paint(false)), HasSubstr("28 of 30 by receipt"));
    city["receipts"] = 0;
    EXPECT_THAT(render_outcome(answer, paint(false)), HasSubstr("0 of 30 by receipt"));
}

TEST(outcome, dead_jobs_give_exit_code_3)
{
    EXPECT_EQ(outcome_exit_code(outcome("done")), 0);
    EXPECT_EQ(outcome_exit_code(outcome("failed")), 3);
    EXPECT_EQ(outcome_exit_code(outcome("cancelled")), 3);
    EXPECT_THAT(outcome_sentence(outcome("done")),
                HasSubstr("rollout 7 is done: 2 cities, 1,205 rows copied, 2.0 MB"));
}

TEST(outcome, rows_in_quarantine_are_never_passed_over_in_silence)
{
    auto answer = outcome("done");
    EXPECT_TRUE(quarantine_lines(answer).empty());
    answer.as_object()["quarantined"] = json::parse(
        R"([{"slug":"recife","table":"students","rows":3,"error":"{\"id\": 5}: no [23514]"},
            {"slug":"olinda","table":"ops.visits","rows":1,"error":"no"}])");
    const auto lines = quarantine_lines(answer);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_THAT(lines[0], HasSubstr("3 rows quarantined in recife.students: see tropeiro.quarantined_row"));
    EXPECT_THAT(lines[0], HasSubstr("{\"id\": 5}: no [23514]"));
    EXPECT_THAT(lines[1], HasSubstr("1 row quarantined in olinda.ops.visits"));
    EXPECT_THAT(outcome_sentence(answer), HasSubstr("1,205 rows copied, but 4 rows quarantined"));
    EXPECT_EQ(outcome_exit_code(answer), 3);
}

TEST(outcome, of_a_lost_snapshot_says_which_moments_are_shown)
{
    auto answer = outcome("done");
    EXPECT_TRUE(moment_lines(answer).empty());
    answer.as_object()["moments"] = json::parse(
        R"([{"epoch":1,"taken_at":"2026-03-01T12:00:00Z","ended_reason":"nobody holds its snapshot any more","tables":1,"mixed_cities":1},
            {"epoch":3,"taken_at":"2026-03-01T12:30:00Z","ended_reason":"","tables":59,"mixed_cities":1}])");
    auto lines = moment_lines(answer);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(
        lines[0],
        "1 table was copied from the source as of 2026-03-01T12:00:00Z: nobody holds its snapshot any more");
    EXPECT_EQ(lines[1], "59 tables were copied from the source as of 2026-03-01T12:30:00Z");
    EXPECT_THAT(lines[2], HasSubstr("1 city has tables of several: rows that changed in between"));
    EXPECT_THAT(lines[2], HasSubstr("data verify --source"));
    for (auto& moment : answer.at("moments").as_array())
        moment.as_object()["mixed_cities"] = 0;
    lines = moment_lines(answer);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[2], "each city's tables of this rollout show one of these moments");
}

TEST(outcome, of_dead_jobs_says_what_is_off_and_how_it_comes_back)
{
    const auto said = after_dead_jobs(7, false);
    EXPECT_THAT(said, HasSubstr("rollout retry 7"));
    EXPECT_THAT(said, HasSubstr("foreign keys and triggers may be off. The retry puts them back"));
    EXPECT_THAT(after_dead_jobs(7, true), Not(HasSubstr("foreign keys"))); // a check sets nothing aside
}

TEST(output, data_and_messages_never_mix)
{
    std::ostringstream data;
    std::ostringstream messages;
    output::style style;
    output out(data, messages, style);
    out.data("row\n");
    out.answer(json::object());
    out.say("planning");
    out.fail({error_kind::refused, "no", "do this"});
    EXPECT_EQ(data.str(), "row\n");
    EXPECT_EQ(messages.str(), "planning\nerror: no\nhint: do this\n");
}

TEST(output, in_json_mode_stdout_holds_the_answer_alone_and_errors_too)
{
    std::ostringstream data;
    std::ostringstream messages;
    output::style style;
    style.json = true;
    style.quiet = true;
    output out(data, messages, style);
    out.data("row\n");
    out.say("planning");
    out.fail({error_kind::refused, "no", ""});
    EXPECT_EQ(data.str(), "{\"error\":{\"kind\":\"refused\",\"message\":\"no\",\"hint\":\"\"}}\n");
    EXPECT_EQ(messages.str(), "error: no\n");
}

TEST(output, a_message_takes_the_progress_frame_away_first)
{
    std::ostringstream data;
    std::ostringstream messages;
    output out(data, messages, {});
    out.frame("one\ntwo\n", 2);
    out.say("worker 1 ended");
    EXPECT_EQ(messages.str(), "one\ntwo\n\x1b[2A\r\x1b[Jworker 1 ended\n");
}

TEST(plan_flags, become_the_request)
{
    arguments given;
    given.set("modules", "saude, educacao");
    given.set("batch-size", "500");
    given.set("truncate", "yes");
    EXPECT_EQ(json::value(request_from_flags(given)),
              json::parse(R"({"modules":["saude","educacao"],"on_existing":"truncate","batch_rows":500})"));
    given.set("on-bad-row", "quarantine");
    EXPECT_EQ(request_from_flags(given).at("on_bad_row"), "quarantine");
    given.set("merge", "yes");
    EXPECT_THROW(request_from_flags(given), failure);
}

TEST(plan_flags, tenants_may_come_from_a_file)
{
    const auto file = std::filesystem::temp_directory_path() / "tropeiro-tenants-test.txt";
    std::ofstream(file) << "# the north\nrecife\n\n olinda # twice\n";
    EXPECT_EQ(json::value(tenants_from("@" + file.string())), json::parse(R"(["recife","olinda"])"));
    std::filesystem::remove(file);
    EXPECT_THROW(tenants_from("@" + file.string()), failure);
    EXPECT_EQ(json::value(tenants_from("a,b")), json::parse(R"(["a","b"])"));
}

TEST(serve, reads_addresses_and_knows_which_stay_on_this_machine)
{
    EXPECT_EQ(parse_listen("[::1]:7077").value(), std::make_pair(std::string("::1"), std::uint16_t{7077}));
    EXPECT_EQ(parse_listen("0.0.0.0:80").value().second, 80);
    for (const auto* wrong : {"7077", ":7077", "host:", "host:x", "host:70777"})
        EXPECT_FALSE(parse_listen(wrong)) << wrong;
    EXPECT_TRUE(is_loopback("127.0.0.1"));
    EXPECT_FALSE(is_loopback("0.0.0.0"));
}

} // namespace tropeiro::scheduler::cli

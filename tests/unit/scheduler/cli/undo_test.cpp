#include "scheduler/cli/undo_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::cli {

using testing::HasSubstr;
using testing::Not;

namespace {

json::value looked()
{
    return json::parse(
        R"({"city":"recife","database":"conecta_recife","database_there":true,"drops_database":true,
        "connections":3,"things":[{"kind":"database","identity":"conecta_recife","outcome":"dropped","why":""}],
        "changed":[],"published":true,"done":false})");
}

} // namespace

TEST(undo_command, the_question_says_how_many_connections_end)
{
    auto look = looked();
    EXPECT_EQ(
        undo_question(7, look),
        "Undo rollout 7 for recife? Database conecta_recife is dropped with all that is in "
        "it; 3 connections to it end. What it wrote into the control plane is taken back, where nobody has "
        "changed it since.");
    look.as_object()["connections"] = 1;
    EXPECT_THAT(undo_question(7, look), HasSubstr("1 connection to it ends."));
    look.as_object()["drops_database"] = false;
    EXPECT_THAT(undo_question(7, look), Not(HasSubstr("connection")));
}

TEST(undo_command, a_look_says_would_and_the_deed_does_not)
{
    auto answer = looked();
    EXPECT_THAT(render_undo(answer), HasSubstr("would be dropped\n  database conecta_recife\n"));
    answer.as_object()["done"] = true;
    EXPECT_THAT(render_undo(answer), HasSubstr("recife is undone\ndropped\n  database conecta_recife\n"));
    EXPECT_THAT(render_undo(answer), Not(HasSubstr("would")));
}

TEST(undo_command, changes_that_are_not_to_be_lost_hold_a_look_back_as_they_would_the_deed)
{
    auto look = looked();
    look.at("changed").as_array().push_back(
        json::parse(R"({"table":"public.news","what":"3 rows came, 4 are there"})"));
    EXPECT_EQ(undo_exit_code(look), 6);
    EXPECT_THAT(render_undo(look), HasSubstr("recife would not be undone"));
    EXPECT_THAT(render_undo(look), HasSubstr("table public.news: 3 rows came, 4 are there"));
    look.as_object()["discards"] = true;
    EXPECT_EQ(undo_exit_code(look), 0);
    EXPECT_THAT(render_undo(look), HasSubstr("would be lost\n  table public.news"));
    EXPECT_THAT(undo_question(7, look),
                HasSubstr("Lost with it: table public.news, 3 rows came, 4 are there."));
}

TEST(undo_command, what_stays_for_one_reason_is_one_line_and_nothing_is_promised)
{
    auto answer = json::parse(
        R"({"city":"recife","database":"conecta_recife","database_there":true,"drops_database":false,
        "connections":3,"things":[{"kind":"rows","identity":"news","outcome":"stays","why":"replaced"},
        {"kind":"rows","identity":"events","outcome":"stays","why":"replaced"}],"discards":true,
        "changed":[],"published":true,"done":false})");
    EXPECT_EQ(undo_question(7, answer),
              "Undo rollout 7 for recife? Database conecta_recife stays as it is: nothing that the rollout "
              "brought there can be taken back. What it wrote into the control plane is taken back, where "
              "nobody has changed it since.");
    answer.as_object()["done"] = true;
    EXPECT_EQ(render_undo(answer), "recife stays as it is\nstays\n  rows news, rows events: replaced\n"
                                   "what it wrote into the control plane is taken back, where nobody has "
                                   "changed it since\n");
    EXPECT_EQ(undo_exit_code(answer), 3);
}

TEST(undo_command, the_question_counts_what_happens_in_a_database_that_stays)
{
    const auto look = json::parse(
        R"({"city":"recife","database":"conecta_recife","database_there":true,"drops_database":false,
        "connections":0,"things":[{"kind":"table","identity":"a","outcome":"emptied","why":""},
        {"kind":"table","identity":"b","outcome":"emptied","why":""},
        {"kind":"trigger","identity":"t on b","outcome":"back","why":""},
        {"kind":"table","identity":"c","outcome":"stays","why":"view v needs it"}],
        "discards":true,"changed":[],"published":false,"done":false})");
    EXPECT_EQ(
        undo_question(7, look),
        "Undo rollout 7 for recife? In database conecta_recife, of what the rollout touched: 2 emptied, 1 "
        "put back, 1 kept.");
}

TEST(undo_command, where_nothing_is_left_nothing_is_said_to_be_dropped)
{
    auto look = json::parse(
        R"({"city":"recife","database":"conecta_recife","database_there":false,"drops_database":false,
        "connections":0,"things":[],"discards":false,"changed":[],"published":false,"done":false})");
    EXPECT_EQ(undo_question(7, look), "Undo rollout 7 for recife? There is no database conecta_recife.");
    EXPECT_EQ(render_undo(look), "recife would be undone\nthere is no database conecta_recife\n");
    look.as_object()["database_there"] = true;
    EXPECT_EQ(undo_question(7, look),
              "Undo rollout 7 for recife? In database conecta_recife nothing of the rollout is left.");
}

TEST(undo_command, a_second_undoing_says_that_nothing_is_left)
{
    auto answer = json::parse(R"({"city":"recife","done":true,"earlier":true,"things":[],"changed":[]})");
    EXPECT_EQ(render_undo(answer), "recife is undone already: nothing of that rollout is left there\n");
    EXPECT_EQ(undo_exit_code(answer), 0);
}

TEST(undo_command, what_stays_is_named_with_its_reason_and_gives_exit_code_3)
{
    auto answer = looked();
    EXPECT_EQ(undo_exit_code(answer), 0);
    answer.at("things").as_array().push_back(json::parse(
        R"({"kind":"type","identity":"public.mood","outcome":"stays","why":"table x needs it"})"));
    EXPECT_EQ(undo_exit_code(answer), 3);
    EXPECT_THAT(render_undo(answer), HasSubstr("stays\n  type public.mood: table x needs it\n"));
}

} // namespace tropeiro::scheduler::cli

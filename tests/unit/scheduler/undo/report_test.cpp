#include "scheduler/undo/report.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::undo {
namespace {

using testing::HasSubstr;

rows_found rows(std::int64_t brought, std::int64_t present)
{
    rows_found found;
    found.table.schema = "public";
    found.table.name = "students";
    found.brought = brought;
    found.present = present;
    return found;
}

TEST(undo_report, a_table_as_the_rollout_left_it_is_no_change)
{
    EXPECT_FALSE(change_of(rows(5, 5)));
    EXPECT_FALSE(change_of(rows(0, 0)));
}

TEST(undo_report, more_fewer_and_other_rows_are_changes)
{
    EXPECT_EQ(change_of(rows(1200, 1203))->what, "1,200 rows came, 1,203 are there");
    EXPECT_EQ(change_of(rows(2, 1))->what, "2 rows came, 1 is there");
    auto same_count = rows(2, 2);
    same_count.same_content = false;
    EXPECT_EQ(change_of(same_count)->what, "2 rows as brought, but changed");
}

TEST(undo_report, a_table_that_no_rollout_made_is_a_change_even_when_it_is_empty)
{
    auto strange = rows(0, 0);
    strange.strange = true;
    EXPECT_EQ(change_of(strange)->what, "no rollout made it; 0 rows");
}

TEST(undo_report, changes_are_refused_by_name_and_without_any_nothing_is)
{
    report r;
    r.database = "conecta_recife";
    EXPECT_NO_THROW(refuse_when_changed(r));
    r.changed.push_back(*change_of(rows(1, 2)));
    try {
        refuse_when_changed(r);
        ADD_FAILURE() << "was not refused";
    } catch (const failure& e) {
        EXPECT_EQ(e.kind(), error_kind::refused);
        EXPECT_THAT(e.what(), HasSubstr("- students: 1 row came, 2 are there"));
        EXPECT_THAT(e.hint(), HasSubstr("--discard-changes"));
    }
}

TEST(undo_report, tells_everything_to_scripts)
{
    report r;
    r.city = "recife";
    r.database = "conecta_recife";
    r.things.push_back({"table", "public.schools", "stays", "view v needs it"});
    r.changed.push_back(*change_of(rows(1, 2)));
    const auto out = to_json(r);
    EXPECT_EQ(out.at("things").at(0).at("why"), "view v needs it");
    EXPECT_EQ(out.at("changed").at(0).at("table"), "students");
    EXPECT_EQ(out.at("done"), false);
    EXPECT_EQ(r.staying().size(), 1U);
}

} // namespace
} // namespace tropeiro::scheduler::undo

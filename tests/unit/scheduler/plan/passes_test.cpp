#include "scheduler/plan/job_graph.hpp"
#include "scheduler/plan/passes.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

namespace tropeiro::scheduler::plan {
namespace {

using model::row_filter;

constexpr std::int64_t mega = std::int64_t{1} << 20U;

model::table_name named(const std::string& name) { return {"public", name}; }

/// A table of this size in which each of ten tenants has a tenth.
source_table table(const std::string& name, std::int64_t bytes, bool indexed = false)
{
    source_table t;
    t.selected.name = named(name);
    t.table.name = named(name);
    t.table.kind = pg::table_kind::heap;
    t.table.heap_bytes = bytes;
    t.table.total_bytes = bytes;
    t.rows = {true, {row_filter::kind_t::equals, "city_id", ""}, std::nullopt};
    t.filter_type = "bigint";
    t.statistics.exact = true;
    t.statistics.rows = 1000;
    for (int i = 0; i < 10; ++i)
        t.statistics.counts[std::to_string(i)] = 100;
    t.has_statistics = true;
    t.indexed = indexed;
    return t;
}

struct workbench {
    source_facts source;
    std::size_t tenants = 10;
    std::size_t most = 32;
    std::map<std::size_t, read_cost> costs;

    pass_question question() const
    {
        pass_question q{source, {}, {}, costs, most, 256 * mega, 8 * mega};
        q.copies.assign(source.tables.size(), std::vector<bool>(tenants, true));
        for (std::size_t i = 0; i < tenants; ++i)
            q.values.push_back(std::to_string(i));
        return q;
    }
};

TEST(passes, a_table_without_an_index_is_read_once_for_all_in_the_same_parts)
{
    workbench w;
    w.source.tables = {table("students", 1024 * mega)};
    const pass_choice choice(w.question());
    const auto* first = choice.find(0, named("students"));
    const auto* last = choice.find(9, named("students"));
    ASSERT_NE(first, nullptr);
    ASSERT_NE(last, nullptr);
    EXPECT_EQ(first->tenants, 10U);
    EXPECT_EQ(first->pass, last->pass);
    EXPECT_EQ(first->ranges.size(), 4U);
    EXPECT_EQ(first->ranges, last->ranges);
    EXPECT_FALSE(first->small);
    EXPECT_EQ(choice.reason(named("students")), "no index leads with city_id");
}

TEST(passes, no_more_tenants_than_allowed_and_groups_as_even_as_can_be)
{
    workbench w;
    w.source.tables = {table("students", 1024 * mega)};
    w.most = 4;
    const pass_choice choice(w.question());
    std::map<std::int64_t, std::size_t> members;
    for (std::size_t i = 0; i < 10; ++i)
        ++members[choice.find(i, named("students"))->pass];
    ASSERT_EQ(members.size(), 3U);
    for (const auto& [pass, count] : members) {
        EXPECT_GE(count, 3U);
        EXPECT_LE(count, 4U);
    }
}

TEST(passes, one_at_a_time_is_alone)
{
    workbench w;
    w.source.tables = {table("students", 1024 * mega)};
    w.most = 1;
    EXPECT_EQ(pass_choice(w.question()).find(0, named("students")), nullptr);
    w.most = 32;
    w.tenants = 1;
    EXPECT_EQ(pass_choice(w.question()).find(0, named("students")), nullptr);
}

TEST(passes, the_cheaper_reading_is_taken_where_an_index_leads_with_the_tenant)
{
    workbench w;
    w.source.tables = {table("students", 1024 * mega, true), table("grades", 1024 * mega, true)};
    EXPECT_EQ(undecided_tables(w.question()), (std::vector<std::size_t>{0, 1}));
    const auto asked = ask_costs(w.question(), 0);
    EXPECT_EQ(asked.together.size(), 10U);
    EXPECT_EQ(asked.alone.size(), 8U);
    w.costs = {{0, {1000, 110}}, {1, {1000, 200}}};
    const pass_choice choice(w.question());
    EXPECT_EQ(choice.find(0, named("students")), nullptr);
    EXPECT_NE(choice.find(0, named("grades")), nullptr);
    EXPECT_EQ(choice.reason(named("students")),
              "through the index on city_id; one reading costs 91 % of one for each");
    EXPECT_EQ(choice.reason(named("grades")), "one reading costs 50 % of one for each");
}

TEST(passes, tables_that_cannot_be_shared_are_not)
{
    workbench w;
    w.source.tables = {table("numbers", mega), table("elsewhere", mega), table("everything", mega)};
    w.source.tables[0].filter_type = "numeric(10,2)"; // 1 and 1.0 are equal
    w.source.tables[1].by_ctid = false;
    w.source.tables[2].rows.filter.kind = row_filter::kind_t::all;
    const pass_choice choice(w.question());
    for (const auto& t : w.source.tables)
        EXPECT_EQ(choice.find(0, t.selected.name), nullptr);
    EXPECT_EQ(choice.reason(named("numbers")),
              "equal values of city_id, which is numeric(10,2), may be written differently");
    EXPECT_EQ(choice.reason(named("elsewhere")), "it cannot be read in the order of its places");
    EXPECT_EQ(choice.reason(named("everything")), "");
}

TEST(passes, a_table_that_is_told_apart_along_a_path_is_read_for_several_and_says_so)
{
    workbench w;
    w.source.tables = {table("grades", 1024 * mega)};
    w.source.tables[0].rows.filter.path = {{named("students"), {"student_id"}, {"id"}}};
    EXPECT_TRUE(undecided_tables(w.question()).empty());
    const pass_choice choice(w.question());
    ASSERT_NE(choice.find(0, named("grades")), nullptr);
    EXPECT_EQ(choice.find(0, named("grades"))->tenants, 10U);
    EXPECT_EQ(choice.reason(named("grades")), "through student_id -> students.city_id");
}

TEST(passes, small_tables_of_the_same_tenants_go_together)
{
    workbench w;
    w.source.tables = {table("a", mega), table("b", mega), table("c", mega)};
    auto q = w.question();
    q.copies[2][9] = false; // the last tenant has c already
    const pass_choice choice(q);
    EXPECT_TRUE(choice.find(0, named("a"))->small);
    EXPECT_EQ(choice.find(0, named("a"))->pass, choice.find(9, named("b"))->pass);
    EXPECT_NE(choice.find(0, named("a"))->pass, choice.find(0, named("c"))->pass);
    EXPECT_EQ(choice.find(9, named("c")), nullptr);
    EXPECT_EQ(choice.find(0, named("c"))->tenants, 9U);
}

TEST(passes, passes_leave_connections_to_others)
{
    EXPECT_EQ(most_in_pass(32, 100), 20U);
    EXPECT_EQ(most_in_pass(32, 300), 32U);
    EXPECT_EQ(most_in_pass(8, 100), 8U);
    EXPECT_EQ(most_in_pass(32, 10), 1U);
}

TEST(passes, as_many_run_at_once_as_find_connections)
{
    EXPECT_EQ(passes_at_once(20, 100, false), 4);
    EXPECT_EQ(passes_at_once(20, 100, true), 2);
    EXPECT_EQ(passes_at_once(32, 300, false), 8);
    EXPECT_EQ(passes_at_once(32, 10, false), 1) << "one at least";
}

TEST(passes, jobs_of_one_pass_are_alike_and_no_two_jobs_of_a_tenant_are_of_one_pass)
{
    workbench w;
    w.source.tables = {table("large", 1024 * mega), table("a", mega), table("b", mega)};
    const pass_choice choice(w.question());
    plan p;
    for (std::size_t tenant = 0; tenant < w.tenants; ++tenant) {
        tenant_work work;
        work.schema = std::make_shared<schema_work>();
        for (const auto& t : w.source.tables) {
            const auto* pass = choice.find(tenant, t.selected.name);
            table_copy copy{t.selected.name, {}, 100, static_cast<std::int64_t>(tenant) * mega, *pass};
            for (std::size_t i = 0; i < pass->ranges.size(); ++i) {
                model::copy_item item;
                item.table = copy.table;
                item.number = static_cast<std::int32_t>(i);
                item.parts = static_cast<std::int32_t>(pass->ranges.size());
                item.blocks = pass->ranges[i];
                copy.parts.push_back(item);
            }
            work.copies.push_back(std::move(copy));
        }
        add_jobs(p, tenant, work, {});
        p.tenants.emplace_back();
    }
    std::map<std::int64_t, std::set<std::string>> labels;
    std::set<std::pair<std::size_t, std::int64_t>> seen;
    for (const auto& job : p.jobs) {
        if (job.kind != model::job_kind::copy) {
            EXPECT_EQ(job.pass, 0);
            continue;
        }
        EXPECT_TRUE(seen.emplace(job.tenant, job.pass).second) << job.label;
        labels[job.pass].insert(job.label);
    }
    EXPECT_EQ(labels.size(), 5U); // four parts, and the small ones
    for (const auto& [pass, of] : labels) {
        EXPECT_GT(pass, 0);
        EXPECT_EQ(of.size(), 1U);
    }
}

} // namespace
} // namespace tropeiro::scheduler::plan

#include "scheduler/plan/check_plan.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace tropeiro::scheduler::plan {
namespace {

checkable_table table(const std::string& city, const std::string& name, std::int64_t bytes)
{
    checkable_table made;
    made.tenant.id = model::tenant_id(city);
    made.tenant.slug = city;
    made.database = city;
    made.item.table = {"public", name};
    made.item.expected_bytes = bytes;
    return made;
}

std::vector<std::string> jobs_of(const plan& p)
{
    std::vector<std::string> words;
    for (const auto& job : p.jobs)
        words.push_back(p.tenants[job.tenant].tenant.slug + ": " + job.label);
    return words;
}

} // namespace

TEST(check_plan, small_tables_of_a_city_go_together_and_a_large_one_alone)
{
    check_options options;
    options.bytes_a_job = 100;
    const auto made = make_check_plan({table("recife", "a", 10), table("olinda", "a", 10),
                                       table("recife", "large", 500), table("recife", "b", 20)},
                                      options);
    EXPECT_EQ(jobs_of(made),
              (std::vector<std::string>{"olinda: check a", "recife: check large", "recife: check 2 tables"}));
    EXPECT_EQ(made.jobs[1].kind, model::job_kind::check_receipts);
    EXPECT_EQ(made.tenants.size(), 2U);
    EXPECT_FALSE(made.needs_snapshot);
}

TEST(check_plan, a_repair_is_one_job_for_each_city)
{
    check_options options;
    options.source = options.repair = true;
    options.bytes_a_job = 100;
    const auto made = make_check_plan({table("recife", "a", 10), table("recife", "large", 500)}, options);
    ASSERT_EQ(made.jobs.size(), 1U);
    EXPECT_EQ(made.jobs[0].kind, model::job_kind::check_source);
    const auto spec = model::spec_from_json<model::check_spec>(made.jobs[0].spec);
    EXPECT_TRUE(spec.repair);
    EXPECT_EQ(spec.tables.size(), 2U);
}

} // namespace tropeiro::scheduler::plan

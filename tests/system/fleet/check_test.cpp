// `tropeiro data verify` on cities that a rollout has made: damage is found, named and repaired.
#include "shared/base/text.hpp"
#include "tests/system/fleet/fleet.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tropeiro::test {
namespace {

using testing::HasSubstr;

/// The check of one table.
boost::json::object line_of(const std::string& answer, const std::string& table)
{
    const auto outcome = boost::json::parse(answer);
    for (const auto& check : outcome.at("checks").as_array())
        if (check.at("table").as_string() == table) return check.as_object();
    ADD_FAILURE() << "no check of " << table << " in " << answer;
    return {};
}

class damaged_city : public testing::Test {
  protected:
    damaged_city() : f("datacheck")
    {
        f.start_scheduler();
        f.add_worker();
        const auto rollout = f.start_rollout("recife,salvador");
        f.wait_for(rollout);
        lost = f.in_city("recife", "SELECT min(id::text) FROM student_assessments");
        flipped = f.in_city("recife", "SELECT max(id::text) FROM student_assessments");
    }

    void damage()
    {
        f.in_city(
            "recife",
            "SET session_replication_role = replica; DELETE FROM student_assessments WHERE id::text = '" +
                lost + "'; " +
                "UPDATE student_assessments SET score = coalesce(score, 0) + 0.5 WHERE id::text = '" +
                flipped + "'");
    }

    fleet f;
    std::string lost;
    std::string flipped;
};

TEST_F(damaged_city, is_as_it_was_copied_until_then_and_what_was_never_copied_is_refused)
{
    const auto receipts = f.cli({"data", "verify", "--tenants", "recife,salvador"});
    EXPECT_EQ(receipts.exit, 0) << receipts.out << receipts.err;
    EXPECT_THAT(receipts.err,
                HasSubstr("60 tables of 2 cities checked against the receipts of their copies: 60 same"));
    const auto source = f.cli({"data", "verify", "--tenants", "recife,salvador", "--source"});
    EXPECT_EQ(source.exit, 0) << source.out << source.err;
    EXPECT_THAT(source.err, HasSubstr("60 tables of 2 cities checked against the source: 60 same"));
    const auto city = f.cli({"data", "verify", "--tenants", "fortaleza"});
    EXPECT_EQ(city.exit, 4) << city.out << city.err;
    EXPECT_THAT(city.err, HasSubstr("fortaleza"));
    const auto table = f.cli({"data", "verify", "--tenants", "recife", "--tables", "nowhere"});
    EXPECT_EQ(table.exit, 4) << table.out << table.err;
    EXPECT_THAT(table.err, HasSubstr("nowhere"));
}

TEST_F(damaged_city, is_found_named_and_repaired)
{
    damage();
    const auto receipts = f.cli({"data", "verify", "--tenants", "all", "--json"});
    EXPECT_EQ(receipts.exit, 3) << receipts.err;
    EXPECT_EQ(line_of(receipts.out, "student_assessments").at("verdict"), "differs");
    const auto source = f.cli({"data", "verify", "--tenants", "recife", "--source"});
    EXPECT_EQ(source.exit, 3);
    EXPECT_THAT(source.out, HasSubstr("recife.student_assessments: differs - 1 missing, 1 differing"));
    EXPECT_THAT(source.out, HasSubstr("missing   (id) = (" + lost + ")"));
    EXPECT_THAT(source.out, HasSubstr("differing (id) = (" + flipped + ")"));
    const auto repaired = f.cli({"data", "verify", "--tenants", "recife", "--tables", "student_assessments",
                                 "--repair", "--yes", "--json"});
    EXPECT_EQ(repaired.exit, 0) << repaired.out << repaired.err;
    EXPECT_EQ(line_of(repaired.out, "student_assessments").at("repaired"), 2);
    EXPECT_EQ(f.differences("recife"), "");
    EXPECT_EQ(f.cli({"data", "verify", "--tenants", "all"}).exit, 0);
}

} // namespace
} // namespace tropeiro::test

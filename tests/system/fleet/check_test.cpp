// `tropeiro data verify` on cities that a rollout has made: damage is found, named and repaired.
#include "shared/base/text.hpp"
#include "tests/system/fleet/fleet.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

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

/// Takes a row away from a city that is being made, as soon as some of the table's rows have come.
constexpr auto steal_a_row = R"(
    DO $$ BEGIN WHILE (SELECT count(*) FROM pg_class WHERE relname IN ('student_assessments', 'copy_ledger')) < 2
                LOOP PERFORM pg_sleep(0.01); END LOOP; END $$;
    DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM tropeiro.copy_ledger WHERE table_name = 'student_assessments' AND done)
                LOOP PERFORM pg_sleep(0.01); END LOOP; END $$;
    DELETE FROM student_assessments WHERE id = (SELECT id FROM student_assessments ORDER BY id::text LIMIT 1);)";

TEST(check, what_a_rollout_s_own_verification_finds_is_repaired_and_the_rollout_goes_on)
{
    fleet f("badverify");
    f.start_scheduler();
    f.add_worker();
    const auto database = f.source_database() + "_recife";
    const auto rollout = f.start_rollout("recife");
    const auto there = "SELECT count(*) FROM pg_database WHERE datname = '" + database + "'";
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (servers().target.psql(there) != "1\n" && std::chrono::steady_clock::now() < give_up)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    servers().target.psql(steal_a_row, database);
    f.wait_for(rollout, "failed");
    EXPECT_THAT(f.cli({"job", "list", "--rollout", std::to_string(rollout), "--state", "dead"}).out,
                HasSubstr("student_assessments"));
    const auto found = f.cli({"data", "verify", "--tenants", "recife", "--source"});
    EXPECT_EQ(found.exit, 3) << found.out << found.err;
    EXPECT_THAT(found.out, HasSubstr("recife.student_assessments: differs - 1 missing"));
    const auto repaired = f.cli({"data", "verify", "--tenants", "recife", "--repair", "--yes"});
    EXPECT_EQ(repaired.exit, 0) << repaired.out << repaired.err;
    const auto retried = f.cli({"rollout", "retry", std::to_string(rollout)});
    EXPECT_EQ(retried.exit, 0) << retried.out << retried.err;
    f.wait_for(rollout);
    EXPECT_EQ(f.differences("recife"), "");
}

} // namespace
} // namespace tropeiro::test

// One city of a rollout taken back, by the real programs on real databases.
#include "shared/base/text.hpp"
#include "tests/system/fleet/fleet.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace tropeiro::test {
namespace {

using testing::HasSubstr;
using testing::Not;

bool stands(const fleet& f, const std::string& city)
{
    return text::trim(servers().target.psql(fmt::format(
               "SELECT count(*) FROM pg_database WHERE datname = '{}_{}'", f.source_database(), city))) ==
           "1";
}

constexpr auto url_of_recife = "SELECT coalesce(db_url, 'none') FROM cities WHERE slug = 'recife'";
constexpr auto placements = "SELECT count(*) FROM tropeiro.tenant_module";
constexpr auto tables_there =
    "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'S', 'v') AND relnamespace = "
    "'public'::regnamespace";

const std::vector<std::string> provision{"tenant", "provision", "recife", "--rows", "own"};
const std::vector<std::string> undo{"rollout", "undo", "1", "--tenant", "recife", "--yes"};

std::vector<std::string> with(std::vector<std::string> command, std::vector<std::string> more)
{
    command.insert(command.end(), more.begin(), more.end());
    return command;
}

void provisioned(fleet& f, std::vector<std::string> more = {})
{
    const auto run = f.embedded(with(provision, std::move(more)));
    ASSERT_EQ(run.exit, 0) << said(run);
}

TEST(undo, a_database_that_the_rollout_made_goes_and_the_city_can_be_provisioned_from_nothing)
{
    fleet f("undo");
    provisioned(f);
    const auto look = f.embedded(with(undo, {"--dry-run"}));
    EXPECT_EQ(look.exit, 0) << said(look);
    EXPECT_THAT(look.out, HasSubstr("would be dropped\n  database " + f.source_database() + "_recife"));
    EXPECT_TRUE(stands(f, "recife"));
    EXPECT_NE(f.in_source(url_of_recife), "none");

    const auto run = f.embedded(undo);
    EXPECT_EQ(run.exit, 0) << said(run);
    EXPECT_FALSE(stands(f, "recife"));
    EXPECT_EQ(f.in_source(url_of_recife), "none");
    EXPECT_EQ(f.in_source(placements), "0");
    EXPECT_EQ(
        f.in_source(
            "SELECT array_length(modules_subscribed, 1) IS NULL FROM tenant_registry WHERE tenant_slug = "
            "'recife'"),
        "t");
    const auto lines = [&](const std::string& status) {
        return f.in_source("SELECT count(*) FROM tenant_module_log WHERE status = '" + status + "'");
    };
    EXPECT_EQ(lines("undone"), lines("provisioned")); // none is deleted
    EXPECT_THAT(f.embedded({"rollout", "status", "1"}).out, HasSubstr("undone"));

    const auto again = f.embedded(undo);
    EXPECT_EQ(again.exit, 0) << said(again);
    EXPECT_THAT(f.embedded(with(undo, {"--dry-run"})).out, HasSubstr("recife is undone already"));
    provisioned(f);
    EXPECT_EQ(f.differences("recife"), "");
    EXPECT_NE(f.in_source(url_of_recife), "none");
}

TEST(undo, in_a_database_that_was_there_before_what_others_made_stays_untouched)
{
    fleet f("undo_old");
    const auto database = f.source_database() + "_recife";
    servers().target.create_database(database);
    f.in_city(
        "recife",
        "CREATE TYPE mood AS ENUM ('fine'); CREATE TABLE notes (id serial PRIMARY KEY, text text, how mood);"
        "CREATE INDEX notes_text ON notes (text); INSERT INTO notes (text, how) SELECT 'note ' || n, 'fine' "
        "FROM "
        "generate_series(1, 50) n");
    constexpr auto catalog =
        "SELECT string_agg(x, E'\\n' ORDER BY x) FROM (SELECT relkind::text || relname::text AS x FROM "
        "pg_class "
        "WHERE relnamespace = 'public'::regnamespace UNION ALL SELECT 'type ' || typname FROM pg_type "
        "WHERE typnamespace = 'public'::regnamespace UNION ALL SELECT 'function ' || proname FROM "
        "pg_proc WHERE pronamespace = 'public'::regnamespace UNION ALL SELECT 'extension ' || extname "
        "FROM pg_extension) o";
    constexpr auto rows = "SELECT md5(string_agg(n::text, '' ORDER BY id)) FROM notes n";
    const auto catalog_before = f.in_city("recife", catalog);
    const auto rows_before = f.in_city("recife", rows);
    provisioned(f);
    EXPECT_EQ(f.differences("recife"), "");
    EXPECT_NE(f.in_city("recife", catalog), catalog_before);

    const auto run = f.embedded(undo);
    EXPECT_EQ(run.exit, 0) << said(run);
    EXPECT_EQ(f.in_city("recife", catalog), catalog_before);
    EXPECT_EQ(f.in_city("recife", rows), rows_before);
    EXPECT_EQ(f.in_source(url_of_recife), "none");
    provisioned(f);
    EXPECT_EQ(f.differences("recife"), "");
}

TEST(undo, what_others_need_by_now_stays_whole_and_goes_when_they_do_not_need_it_any_more)
{
    fleet f("undo_needed");
    servers().target.create_database(f.source_database() + "_recife");
    const auto before = f.in_city("recife", tables_there);
    provisioned(f);
    f.in_city("recife", "CREATE VIEW pupils AS SELECT id, full_name FROM students");
    f.in_city(
        "recife",
        "UPDATE students SET full_name = 'changed' WHERE id = (SELECT min(id::text)::uuid FROM students)");
    constexpr auto of_students = "SELECT count(*) FROM pg_constraint WHERE conrelid = 'students'::regclass";
    const auto constraints = f.in_city("recife", of_students);
    const auto run = f.embedded(undo);
    EXPECT_EQ(run.exit, 3) << said(run);
    EXPECT_THAT(run.out, Not(HasSubstr("lost"))); // the changed table stays
    EXPECT_THAT(run.out,
                HasSubstr("table public.students: view public.pupils depends on table public.students"));
    EXPECT_THAT(run.out, HasSubstr("table public.schools: ")); // that students point to
    EXPECT_NE(f.in_city("recife", "SELECT count(*) FROM pupils"), "0");
    EXPECT_EQ(f.in_city("recife", of_students), constraints);
    EXPECT_EQ(f.in_city("recife", "SELECT to_regclass('podcasts') IS NULL"), "t");
    f.in_city("recife", "DROP VIEW pupils");
    const auto held = f.embedded(undo);
    EXPECT_EQ(held.exit, 6) << said(held);
    EXPECT_THAT(said(held), HasSubstr("- students: "));
    const auto rest =
        f.embedded({"rollout", "undo", "1", "--tenant", "recife", "--yes", "--discard-changes"});
    EXPECT_EQ(rest.exit, 0) << said(rest);
    EXPECT_EQ(f.in_city("recife", tables_there), before);
}

TEST(undo, an_empty_table_that_stood_before_is_emptied_and_gets_its_keys_and_triggers_back)
{
    fleet f("undo_filled");
    const auto database = f.source_database() + "_recife";
    ASSERT_EQ(f.embedded({"tenant", "provision", "recife", "--rows", "none"}).exit, 0); // rollout 1
    constexpr auto keys = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated";
    constexpr auto triggers = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'";
    const auto keys_before = f.in_city("recife", keys);
    const auto triggers_before = f.in_city("recife", triggers);
    provisioned(f); // rollout 2: rows into the tables of rollout 1
    EXPECT_EQ(f.differences("recife"), "");
    // As when rollout 2 ended between making its keys and validating them.
    f.in_city("recife",
              "UPDATE pg_constraint SET convalidated = false WHERE contype = 'f' AND connamespace = "
              "'public'::regnamespace");

    f.in_city("recife",
              "CREATE TABLE later_events () INHERITS (events); INSERT INTO later_events SELECT * FROM "
              "ONLY events LIMIT 1");
    const auto first = f.embedded(undo);
    EXPECT_EQ(first.exit, 5) << said(first);
    EXPECT_THAT(said(first), HasSubstr("rollout 2 is newer and has worked on recife"));
    const auto run = f.embedded({"rollout", "undo", "2", "--tenant", "recife", "--yes"});
    EXPECT_EQ(run.exit, 0) << said(run);
    EXPECT_THAT(run.out, HasSubstr("emptied"));
    EXPECT_EQ(f.in_city("recife", "SELECT count(*) FROM later_events"), "1"); // somebody else's
    f.in_city("recife", "DROP TABLE later_events");
    EXPECT_EQ(f.rows_present("recife"), 0);
    EXPECT_EQ(f.in_city("recife", keys), keys_before);
    EXPECT_EQ(f.in_city("recife", triggers), triggers_before);
    EXPECT_NE(f.in_source(url_of_recife), "none"); // rollout 1 had published it
    EXPECT_NE(f.in_source(placements), "0");
    EXPECT_EQ(f.embedded(undo).exit, 0);
    EXPECT_FALSE(stands(f, "recife"));
    EXPECT_EQ(f.in_source(url_of_recife), "none");
}

TEST(undo, rows_that_replaced_others_stay_and_it_says_why)
{
    fleet f("undo_truncate");
    provisioned(f); // rollout 1
    provisioned(f, {"--truncate", "--yes"});
    const auto asked = f.embedded({"rollout", "undo", "2", "--tenant", "recife", "--no-input"});
    EXPECT_EQ(asked.exit, 6) << said(asked);
    EXPECT_THAT(asked.err,
                HasSubstr("stays as it is: nothing that the rollout brought there can be taken back"));
    const auto run = f.embedded({"rollout", "undo", "2", "--tenant", "recife", "--yes"});
    EXPECT_EQ(run.exit, 3) << said(run);
    EXPECT_THAT(run.out, HasSubstr("its earlier rows were replaced (--truncate) and cannot be brought back"));
    EXPECT_THAT(run.out, HasSubstr("recife stays as it is"));
    EXPECT_EQ(f.differences("recife"), "");
}

TEST(undo, what_changed_since_the_rollout_is_named_and_lost_only_on_request)
{
    fleet f("undo_changed");
    provisioned(f);
    f.in_city("recife",
              "UPDATE students SET full_name = 'Somebody Else' WHERE id = (SELECT min(id::text)::uuid FROM "
              "students);"
              "CREATE TABLE made_later AS SELECT 1 AS n");
    const auto refused = f.embedded(undo);
    EXPECT_EQ(refused.exit, 6) << said(refused);
    EXPECT_THAT(said(refused), HasSubstr("- students: "));
    EXPECT_THAT(said(refused), HasSubstr("- made_later: no rollout made it; 1 row"));
    EXPECT_TRUE(stands(f, "recife"));
    EXPECT_NE(f.in_source(url_of_recife), "none");
    const auto look = f.embedded(with(undo, {"--dry-run"}));
    EXPECT_EQ(look.exit, 6) << said(look);
    EXPECT_THAT(look.out, HasSubstr("recife would not be undone"));
    EXPECT_THAT(look.out, HasSubstr("table made_later: no rollout made it; 1 row"));
    // No terminal is there to ask on.
    const auto unanswered = f.embedded({"rollout", "undo", "1", "--tenant", "recife", "--discard-changes"});
    EXPECT_EQ(unanswered.exit, 6) << said(unanswered);
    EXPECT_THAT(unanswered.err, HasSubstr("Lost with it: table made_later, no rollout made it; 1 row."));
    EXPECT_TRUE(stands(f, "recife"));
    EXPECT_EQ(f.embedded(with(undo, {"--discard-changes"})).exit, 0);
    EXPECT_FALSE(stands(f, "recife"));
}

TEST(undo, while_the_city_is_being_worked_on_it_is_refused)
{
    fleet f("undo_busy");
    f.start_scheduler();
    const auto rollout = f.start_rollout("recife"); // no worker
    const auto early = f.cli(undo);
    EXPECT_EQ(early.exit, 5) << said(early);
    EXPECT_THAT(said(early), HasSubstr("rollout cancel 1"));
    EXPECT_EQ(f.cli({"rollout", "undo", "1", "--tenant", "olinda", "--yes"}).exit, 4);
    f.cli({"rollout", "cancel", std::to_string(rollout), "--yes"});
    const auto run = f.cli(undo);
    EXPECT_EQ(run.exit, 0) << said(run);
    EXPECT_THAT(run.out, HasSubstr("there is no database"));
}

TEST(undo, that_fails_half_way_keeps_rollouts_off_the_city_until_it_is_finished)
{
    fleet f("undo_half");
    provisioned(f);
    const auto database = f.source_database() + "_recife";
    servers().target.psql("ALTER DATABASE " + database + " IS_TEMPLATE true"); // cannot be dropped
    EXPECT_EQ(f.embedded(undo).exit, 1);
    EXPECT_EQ(f.in_source(url_of_recife), "none");
    const auto start = f.embedded(provision);
    EXPECT_EQ(start.exit, 5) << said(start);
    EXPECT_THAT(said(start), HasSubstr("tropeiro rollout undo 1 --tenant recife"));
    servers().target.psql("ALTER DATABASE " + database + " IS_TEMPLATE false");
    EXPECT_EQ(f.embedded(undo).exit, 0);
    EXPECT_FALSE(stands(f, "recife"));
    provisioned(f);
}

TEST(undo, killed_again_and_again_is_finished_by_the_next_one)
{
    fleet f("undo_kill");
    f.start_scheduler();
    f.add_worker();
    f.wait_for(f.start_rollout("recife,salvador"));
    for (const auto patience : {60, 120, 180, 240, 300, 400, 500}) {
        std::thread order([&] { f.cli(undo); });
        std::this_thread::sleep_for(std::chrono::milliseconds(patience));
        f.kill_scheduler();
        order.join();
        f.start_scheduler();
    }
    const auto run = f.cli(undo);
    EXPECT_EQ(run.exit, 0) << said(run);
    EXPECT_FALSE(stands(f, "recife"));
    EXPECT_EQ(f.in_source(url_of_recife), "none");
    EXPECT_EQ(f.differences("salvador"), "");
    f.wait_for(f.start_rollout("recife"));
    EXPECT_EQ(f.differences("recife"), "");
}

} // namespace
} // namespace tropeiro::test

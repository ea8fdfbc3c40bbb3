// Indexes, keys and foreign keys: made once, never at the cost of another index.
#include "tests/integration/worker/provision/fixture.hpp"
#include "worker/provision/after_rows.hpp"
#include "worker/provision/schema_items.hpp"

namespace tropeiro::worker::provision {
namespace {

using test::run;

TEST(schema_items, what_stands_is_passed_over)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        auto target = co_await site.enter();
        co_await target.execute("CREATE TABLE people (id bigint, name text)");
        const model::indexes_spec spec{{
            {{"public", "people"},
             "people_pkey",
             true,
             "ALTER TABLE ONLY public.people ADD CONSTRAINT people_pkey PRIMARY KEY (id)",
             {}},
            {{"public", "people"},
             "Índice",
             false,
             "CREATE INDEX \"Índice\" ON public.people (name)",
             {"COMMENT ON INDEX public.\"Índice\" IS 'x'"}},
        }};
        for (int times = 0; times < 2; ++times) {
            const auto job = site.job(model::job_kind::indexes, model::to_json(spec));
            co_await make_indexes(job);
        }
        const auto indexes =
            co_await number(target, "SELECT count(*) FROM pg_indexes WHERE tablename = 'people'");
        CO_ASSERT_EQ(indexes, 2);
    });
}

model::schema_item people_key(std::string statement, bool takes_index = false)
{
    model::schema_item item{{"public", "people"}, "people_pkey", true, std::move(statement), {}};
    if (takes_index) item.step = model::item_step::takes_index;
    return item;
}

TEST(schema_items, a_key_takes_its_index_or_replaces_what_an_unfinished_rollout_made_for_it)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        auto target = co_await site.enter();
        for (const bool takes_index : {true, false}) {
            co_await target.execute("DROP TABLE IF EXISTS people; CREATE TABLE people (id bigint NOT NULL)");
            model::indexes_spec first;
            first.items.push_back(people_key("CREATE UNIQUE INDEX people_pkey ON public.people (id)"));
            first.items[0].is_constraint = false;
            const auto before = site.job(model::job_kind::indexes, model::to_json(first));
            co_await make_indexes(before);
            model::indexes_spec spec;
            const std::string added =
                "ALTER TABLE ONLY public.people ADD CONSTRAINT people_pkey PRIMARY KEY ";
            if (takes_index)
                spec.items.push_back(people_key(added + "USING INDEX people_pkey", true));
            else
                spec.items.push_back(people_key(added + "(id)"));
            for (int times = 0; times < 2; ++times) {
                const auto job = site.job(model::job_kind::indexes, model::to_json(spec));
                co_await make_indexes(job);
            }
            const auto keys =
                co_await number(target, "SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND "
                                        "conrelid = 'people'::regclass");
            CO_ASSERT_EQ(keys, 1);
        }
    });
}

TEST(schema_items, a_foreign_key_and_a_key_leave_an_index_of_their_name_alone_that_is_not_theirs)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        auto target = co_await site.enter();
        co_await target.execute("CREATE TABLE people (id bigint PRIMARY KEY, boss bigint); "
                                "CREATE INDEX people_boss ON people (boss)");
        model::foreign_keys_spec keys;
        keys.items.push_back(
            {{"public", "people"},
             "people_boss",
             true,
             "ALTER TABLE ONLY public.people ADD CONSTRAINT people_boss FOREIGN KEY (boss) REFERENCES "
             "public.people (id)",
             {}});
        const auto job = site.job(model::job_kind::foreign_keys, model::to_json(keys));
        co_await make_foreign_keys(job);
        const auto indexes =
            co_await number(target, "SELECT count(*) FROM pg_indexes WHERE indexname = 'people_boss'");
        const auto made =
            co_await number(target, "SELECT count(*) FROM pg_constraint WHERE conname = 'people_boss'");
        CO_ASSERT_EQ(indexes, 1);
        CO_ASSERT_EQ(made, 1);
    });
}

TEST(schema_items, a_key_that_stands_unchecked_is_validated_and_may_be_again)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        auto target = co_await site.enter();
        co_await target.execute(
            "CREATE TABLE people (id bigint PRIMARY KEY, boss bigint); INSERT INTO people VALUES (1, 2); "
            "ALTER TABLE people ADD CONSTRAINT of_boss FOREIGN KEY (boss) REFERENCES people (id) NOT VALID");
        model::foreign_keys_spec keys;
        keys.items.push_back({{"public", "people"},
                              "of_boss",
                              true,
                              "ALTER TABLE ONLY public.people VALIDATE CONSTRAINT of_boss",
                              {},
                              model::item_step::validates});
        const auto job = site.job(model::job_kind::foreign_keys, model::to_json(keys));
        std::string refused;
        try {
            co_await make_foreign_keys(job);
        } catch (const pg::error& e) {
            refused = e.what();
        }
        EXPECT_NE(refused.find("constraint of_boss of table people"), std::string::npos) << refused;
        EXPECT_NE(refused.find("(boss)=(2)"), std::string::npos) << refused;
        co_await target.execute("UPDATE people SET boss = 1");
        for (int times = 0; times < 2; ++times)
            co_await make_foreign_keys(job);
        const auto valid = co_await number(
            target, "SELECT count(*) FROM pg_constraint WHERE conname = 'of_boss' AND convalidated");
        CO_ASSERT_EQ(valid, 1);
    });
}

TEST(after_rows, makes_what_a_small_city_needs_in_one_job_and_may_do_so_again)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        auto target = co_await site.enter();
        co_await target.execute("CREATE TABLE people (id bigint NOT NULL, boss bigint)");
        model::after_rows_spec spec;
        spec.indexes.push_back(
            people_key("ALTER TABLE ONLY public.people ADD CONSTRAINT people_pkey PRIMARY KEY (id)"));
        spec.foreign_keys.push_back(
            {{"public", "people"},
             "of_boss",
             true,
             "ALTER TABLE ONLY public.people ADD CONSTRAINT of_boss FOREIGN KEY (boss) REFERENCES "
             "public.people (id)",
             {}});
        for (int times = 0; times < 2; ++times) {
            const auto job = site.job(model::job_kind::after_rows, model::to_json(spec));
            co_await after_rows(job);
        }
        const auto made = co_await number(target, "SELECT count(*) FROM pg_constraint WHERE conname IN "
                                                  "('people_pkey', 'of_boss') AND convalidated");
        CO_ASSERT_EQ(made, 2);
    });
}

TEST(schema_items, are_made_with_more_memory_than_the_default_where_the_server_has_it)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        auto target = co_await site.enter();
        co_await target.execute("CREATE TABLE people (id bigint)");
        model::indexes_spec spec;
        spec.items.push_back(
            people_key("CREATE TABLE seen AS SELECT pg_size_bytes(current_setting('maintenance_work_mem'))"));
        const auto job = site.job(model::job_kind::indexes, model::to_json(spec));
        co_await make_indexes(job);
        const auto used = co_await number(target, "SELECT pg_size_bytes FROM seen");
        const auto cache = co_await number(
            target,
            "SELECT setting::bigint * 8192 / 32 FROM pg_settings WHERE name = 'effective_cache_size'");
        CO_ASSERT_EQ(used, cache);
    });
}

TEST(schema_items, an_invalid_index_is_not_one_and_is_made_again)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        auto target = co_await site.enter();
        co_await target.execute("CREATE TABLE people (id bigint); INSERT INTO people VALUES (1), (1)");
        try { // two rows are alike: it fails and leaves an invalid index
            co_await target.execute("CREATE UNIQUE INDEX CONCURRENTLY \"People_id\" ON people (id)");
        } catch (const pg::error&) {
        }
        co_await target.execute("DELETE FROM people");
        const model::indexes_spec spec{{{{"public", "people"},
                                         "People_id",
                                         false,
                                         "CREATE UNIQUE INDEX \"People_id\" ON public.people (id)",
                                         {}}}};
        const auto job = site.job(model::job_kind::indexes, model::to_json(spec));
        co_await make_indexes(job);
        const auto valid = co_await number(target, "SELECT count(*) FROM pg_index WHERE indisvalid AND "
                                                   "indrelid = 'people'::regclass");
        CO_ASSERT_EQ(valid, 1);
    });
}

} // namespace
} // namespace tropeiro::worker::provision

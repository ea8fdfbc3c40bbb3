// What the steps after the copy make of rows that were refused, and of rows that they refuse themselves.
#include "shared/pg/transaction.hpp"
#include "tests/integration/worker/provision/fixture.hpp"
#include "worker/copy/lone_copy.hpp"
#include "worker/provision/publish.hpp"
#include "worker/provision/schema_items.hpp"
#include "worker/provision/verify.hpp"

#include <gmock/gmock.h>

namespace tropeiro::worker::provision {
namespace {

using test::run;
using testing::HasSubstr;

/// A site whose source has 100 people, and the city's table refuses two of them.
struct site_with_bad_rows : small_site {
    model::copy_item item;

    task<> copy()
    {
        co_await prepare();
        auto from = co_await pg::connection::open(source);
        co_await from.execute("CREATE TABLE people (id bigint PRIMARY KEY, name text);"
                              "INSERT INTO people SELECT i, 'name ' || i FROM generate_series(1, 100) i");
        auto to = co_await enter();
        co_await to.execute("CREATE TABLE people (id bigint CHECK (id NOT IN (7, 70)), name text)");
        item.table = {"public", "people"};
        item.columns = {"id", "name"};
        struct access : copy::part_access {
            explicit access(site_with_bad_rows& of) : site(of) {}
            task<> renew() override
            {
                from.emplace(co_await pg::connection::open(site.source));
                to.emplace(co_await site.enter());
            }
            pg::connection& source() override { return *from; }
            pg::connection& target() override { return *to; }
            copy::claim who() const override { return {model::rollout_id(1), 1, 1}; }

            site_with_bad_rows& site;
            std::optional<pg::connection> from;
            std::optional<pg::connection> to;
        };
        access ends(*this);
        copy::lone_options options;
        options.on_bad_row = model::bad_rows::quarantine;
        const log::logger log;
        co_await copy::copy_alone(ends, item, options, pulse, log);
    }
};

TEST(quarantine, the_receipt_of_what_arrived_holds)
{
    run([]() -> task<> {
        site_with_bad_rows site;
        co_await site.copy();
        const model::verify_spec spec{{site.item}};
        const auto job = site.job(model::job_kind::verify, model::to_json(spec));
        co_await verify(job);
        auto target = co_await site.enter();
        const auto rows = co_await target.query("SELECT verified FROM tropeiro.table_ledger");
        CO_ASSERT_TRUE(rows.one().get<bool>(0));
    });
}

TEST(quarantine, publishing_writes_down_how_many_rows_are_missing)
{
    run([]() -> task<> {
        site_with_bad_rows site;
        co_await site.copy();
        const model::publish_spec spec{{{"educacao", {{"public", "people"}}}}, ""};
        for (int times = 0; times < 2; ++times) {
            const auto job = site.job(model::job_kind::publish, model::to_json(spec));
            co_await publish(job);
        }
        auto control = co_await pg::connection::open(site.control);
        const auto lines =
            co_await control.query("SELECT table_name, status, rows, error FROM tenant_module_log "
                                   "WHERE table_name IS NOT NULL ORDER BY status");
        CO_ASSERT_EQ(lines.size(), 2U);
        EXPECT_EQ(lines[0].get<std::string>("status"), "provisioned");
        EXPECT_EQ(lines[0].get<std::int64_t>("rows"), 98);
        EXPECT_EQ(lines[1].get<std::string>("status"), "quarantined");
        EXPECT_EQ(lines[1].get<std::int64_t>("rows"), 2);
        EXPECT_THAT(lines[1].get<std::string>("error"), HasSubstr("{\"id\": 7}: new row for relation"));
    });
}

task<std::string> said_by(task<model::progress> job)
{
    try {
        co_await std::move(job);
    } catch (const failure& e) {
        co_return std::string(e.what()) + " - " + e.hint();
    }
    co_return "";
}

TEST(schema_items, rows_that_contradict_a_key_are_named_with_the_way_out)
{
    run([]() -> task<> {
        small_site site;
        co_await site.prepare();
        auto target = co_await site.enter();
        co_await target.execute(
            "CREATE TABLE people (id bigint, city bigint); CREATE TABLE towns (id bigint PRIMARY KEY);"
            "INSERT INTO people VALUES (41, 1), (41, 2)");
        const model::table_name people{"public", "people"};
        const model::schema_item key{people,
                                     "people_pkey",
                                     true,
                                     "ALTER TABLE people ADD CONSTRAINT people_pkey PRIMARY KEY (id)",
                                     {}};
        const model::schema_item of_town{
            people,
            "of_town",
            true,
            "ALTER TABLE people ADD CONSTRAINT of_town FOREIGN KEY (city) REFERENCES towns",
            {}};
        const model::schema_item check{
            people, "low", true, "ALTER TABLE people ADD CONSTRAINT low CHECK (city < 2)", {}};
        const auto first = site.job(model::job_kind::indexes, model::to_json(model::indexes_spec{{key}}));
        const auto of_key = co_await said_by(make_indexes(first));
        EXPECT_THAT(of_key, HasSubstr("constraint people_pkey of table people cannot be made"));
        EXPECT_THAT(of_key, HasSubstr("Key (id)=(41) is duplicated"));
        EXPECT_THAT(of_key, HasSubstr("run the command again with --truncate"));
        const auto second =
            site.job(model::job_kind::foreign_keys, model::to_json(model::foreign_keys_spec{{of_town}}));
        const auto of_foreign = co_await said_by(make_foreign_keys(second));
        EXPECT_THAT(of_foreign, HasSubstr("constraint of_town of table people cannot be made"));
        EXPECT_THAT(of_foreign, HasSubstr("Key (city)=(1) is not present in table \"towns\""));
        EXPECT_THAT(of_foreign, HasSubstr("tropeiro.quarantined_row"));
        const auto third = site.job(model::job_kind::indexes, model::to_json(model::indexes_spec{{check}}));
        const auto of_check = co_await said_by(make_indexes(third));
        EXPECT_THAT(of_check, HasSubstr("constraint low of table people cannot be made"));
        EXPECT_THAT(of_check, HasSubstr("rows of the source do not fit"));
    });
}

} // namespace
} // namespace tropeiro::worker::provision

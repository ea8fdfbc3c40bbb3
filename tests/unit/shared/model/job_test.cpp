#include "shared/model/job.hpp"
#include "shared/model/rollout.hpp"
#include "shared/model/tenant.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace tropeiro::model {
namespace {

TEST(job_spec, a_copy_comes_back_from_its_json)
{
    copy_item item;
    item.table = {"public", "Tábua"};
    item.columns = {"a", "b"};
    item.format = copy_format::text;
    item.filter = {row_filter::kind_t::legacy, "city_id", ""};
    item.number = 1;
    item.parts = 3;
    item.blocks = {100, 200};
    copy_item last = item;
    last.blocks.end_block.reset();
    last.by_ctid = false;
    last.filter = {
        row_filter::kind_t::equals,
        "city_id",
        "7",
        {{{"public", "grades"}, {"year", "no"}, {"a", "b"}, true}, {{"s", "t"}, {"x"}, {"y"}, false}}};
    const copy_spec spec{{item, last}, 500, existing_rows::merge, bad_rows::quarantine, 7};
    const auto text = boost::json::serialize(to_json(spec));
    const auto back = spec_from_json<copy_spec>(boost::json::parse(text));
    ASSERT_EQ(back.items.size(), 2U);
    EXPECT_EQ(back.items[0].table, item.table);
    EXPECT_EQ(back.items[0].format, copy_format::text);
    EXPECT_EQ(back.items[0].filter, item.filter);
    EXPECT_EQ(back.items[0].blocks, item.blocks);
    EXPECT_EQ(back.items[1].blocks.end_block, std::nullopt);
    EXPECT_FALSE(back.items[1].by_ctid);
    EXPECT_EQ(back.items[1].filter, last.filter);
    EXPECT_EQ(back.batch_rows, 500);
    EXPECT_EQ(back.on_existing, existing_rows::merge);
    EXPECT_EQ(back.on_bad_row, bad_rows::quarantine);
    EXPECT_EQ(back.most_bad_rows, 7);
}

TEST(job_spec, what_knew_one_way_alone_is_read_with_no_other_ways_and_nothing_else_may_be_missing)
{
    verify_spec spec;
    copy_item item;
    item.filter.path = {{{"public", "grades"}, {"grade"}, {"id"}, false}};
    item.filter.otherwise = {{item.filter.path, "city_id", false}};
    spec.tables = {item};
    auto json = to_json(spec);
    auto& filter = json.at("tables").at(0).at("filter").as_object();
    EXPECT_EQ(spec_from_json<verify_spec>(json).tables.at(0).filter, item.filter);
    filter.erase("otherwise");
    item.filter.otherwise.clear();
    EXPECT_EQ(spec_from_json<verify_spec>(json).tables.at(0).filter, item.filter);
    for (const auto* member : {"kind", "column", "value", "path"}) {
        auto lacking = json;
        lacking.at("tables").at(0).at("filter").as_object().erase(member);
        EXPECT_THROW(spec_from_json<verify_spec>(lacking), failure) << member;
    }
    filter["newer"] = true;
    EXPECT_THROW(spec_from_json<verify_spec>(json), failure) << "rows that it does not know of";
    filter.erase("newer");
    filter["otherwise"] = 3;
    EXPECT_THROW(spec_from_json<verify_spec>(json), failure);
}

TEST(job_spec, json_of_another_shape_is_refused_with_the_way_out)
{
    try {
        spec_from_json<publish_spec>(boost::json::parse(R"({"modules": 3})"));
        FAIL() << "was read";
    } catch (const failure& e) {
        EXPECT_NE(e.hint().find("plan the rollout again"), std::string::npos);
    }
}

TEST(job_kind, every_name_comes_back)
{
    for (const auto kind : {job_kind::create_database, job_kind::restore_schema, job_kind::copy,
                            job_kind::indexes, job_kind::foreign_keys, job_kind::finish_schema,
                            job_kind::sequences, job_kind::verify, job_kind::after_rows, job_kind::publish})
        EXPECT_EQ(job_kind_from(to_string(kind)), kind);
    EXPECT_EQ(job_kind_from("dance"), std::nullopt);
}

TEST(rollout_state, follows_from_the_jobs)
{
    using s = rollout_state;
    EXPECT_EQ(next_state(s::running, {.wait = 1, .done = 5}), s::running);
    EXPECT_EQ(next_state(s::paused, {.wait = 1, .done = 5}), s::paused);
    EXPECT_EQ(next_state(s::running, {.done = 6}), s::done);
    EXPECT_EQ(next_state(s::running, {.wait = 2, .done = 3, .dead = 1, .blocked = 2}), s::failed);
    EXPECT_EQ(next_state(s::running, {.wait = 3, .done = 3, .dead = 1, .blocked = 2}), s::running);
    EXPECT_EQ(next_state(s::cancelled, {.running = 1, .cancelled = 4}), s::running);
    EXPECT_EQ(next_state(s::cancelled, {.done = 1, .cancelled = 4}), s::cancelled);
}

TEST(database_name, takes_the_slug_with_underscores)
{
    EXPECT_EQ(database_name("conecta_{slug}", "afogados-da-ingazeira"), "conecta_afogados_da_ingazeira");
    EXPECT_EQ(database_name("my-{slug}-db", "recife"), "my_recife_db"); // the pattern's as well
}

TEST(slug, only_what_makes_an_identifier_is_one)
{
    EXPECT_TRUE(is_valid_slug("sao-paulo"));
    for (const auto* slug : {"", "São Paulo", "-x", "a/b", "a;b"})
        EXPECT_FALSE(is_valid_slug(slug)) << slug;
}

} // namespace
} // namespace tropeiro::model

#include "scheduler/plan/job_graph.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tropeiro::scheduler::plan {
namespace {

using model::job_kind;

model::table_name named(const std::string& name) { return {"public", name}; }

table_copy copy_of(const std::string& name, int parts, std::int64_t bytes)
{
    table_copy copy{named(name), {}, bytes / 100, bytes, {}};
    for (int i = 0; i < parts; ++i) {
        model::copy_item item;
        item.table = copy.table;
        item.number = i;
        item.parts = parts;
        copy.parts.push_back(item);
    }
    return copy;
}

index_statement index_on(const std::string& table, int height = 0)
{
    index_statement i;
    i.height = height;
    i.item.table = named(table);
    i.item.name = table + "_idx";
    return i;
}

foreign_key_statement key_of(const std::string& table)
{
    foreign_key_statement key;
    key.item = {named(table), table + "_fk", true, "whole", {}};
    key.unchecked = {named(table), table + "_fk", true, "unchecked", {}};
    key.validation =
        model::schema_item{named(table), table + "_fk", true, "validate", {}, model::item_step::validates};
    return key;
}

/// A large table in two parts, two small ones, indexes on each, and a key.
tenant_work city(std::shared_ptr<schema_work> schema = std::make_shared<schema_work>())
{
    schema->entries = {1};
    for (const auto* table : {"large", "small", "tiny", "empty"})
        schema->indexes.push_back(index_on(table));
    schema->foreign_keys.push_back(key_of("small"));
    tenant_work work;
    work.schema = schema;
    work.plan.database = "city";
    work.copies = {copy_of("small", 1, 4000), copy_of("large", 2, 1 << 30), copy_of("tiny", 1, 10)};
    work.sequences = {named("seq")};
    for (const auto& copy : work.copies)
        work.bytes[copy.table] = copy.bytes;
    return work;
}

graph_settings settings()
{
    graph_settings g;
    g.restore_script = 1;
    g.finish_script = 2;
    return g;
}

std::vector<job_draft> jobs_of(const tenant_work& work, const graph_settings& g)
{
    plan p;
    p.tenants.resize(1);
    add_jobs(p, 0, work, g);
    return p.jobs;
}

const job_draft& labelled(const std::vector<job_draft>& jobs, const std::string& label)
{
    for (const auto& job : jobs)
        if (job.label == label) return job;
    throw std::runtime_error(label + " is no job");
}

std::set<std::string> waits_for(const std::vector<job_draft>& jobs, const std::string& label)
{
    std::set<std::string> labels;
    for (const auto i : labelled(jobs, label).depends_on)
        labels.insert(jobs.at(i).label);
    return labels;
}

using labels = std::set<std::string>;

TEST(job_graph, a_city_goes_from_its_database_to_publish)
{
    const auto jobs = jobs_of(city(), settings());
    EXPECT_EQ(waits_for(jobs, "restore schema"), (labels{"create database city"}));
    EXPECT_EQ(waits_for(jobs, "copy large 1/2"), (labels{"restore schema"}));
    EXPECT_EQ(waits_for(jobs, "copy 2 small tables"), (labels{"restore schema"}));
    EXPECT_EQ(waits_for(jobs, "indexes of large"), (labels{"copy large 1/2", "copy large 2/2"}));
    EXPECT_EQ(waits_for(jobs, "indexes of 2 small tables"), (labels{"copy 2 small tables"}));
    EXPECT_EQ(waits_for(jobs, "indexes of empty"), (labels{"restore schema"}));
    const labels every_index{"indexes of large", "indexes of 2 small tables", "indexes of empty"};
    EXPECT_EQ(waits_for(jobs, "foreign keys"), every_index);
    EXPECT_EQ(waits_for(jobs, "set sequences"), every_index);
    EXPECT_EQ(waits_for(jobs, "verify large"), every_index);
    EXPECT_EQ(waits_for(jobs, "verify 2 tables"), every_index);
    EXPECT_EQ(waits_for(jobs, "finish schema"), (labels{"foreign keys", "verify large", "verify 2 tables"}));
    EXPECT_EQ(waits_for(jobs, "publish"),
              (labels{"finish schema", "set sequences", "verify large", "verify 2 tables"}));
}

TEST(job_graph, reading_back_fills_what_is_left_free)
{
    const auto jobs = jobs_of(city(), settings());
    const auto large = labelled(jobs, "verify large").score;
    EXPECT_GT(large, labelled(jobs, "verify 2 tables").score);
    for (const auto& job : jobs)
        if (job.kind != job_kind::verify) {
            EXPECT_GT(job.score, large) << job.label;
        }
}

TEST(job_graph, a_city_in_use_gets_its_triggers_back_before_it_is_read_back)
{
    auto schema = std::make_shared<schema_work>();
    schema->in_place.push_back({named("large"), {}, {}});
    const auto jobs = jobs_of(city(schema), settings());
    EXPECT_EQ(waits_for(jobs, "finish schema"), (labels{"foreign keys"}));
    EXPECT_EQ(waits_for(jobs, "verify large"), (labels{"finish schema"}));
    EXPECT_EQ(waits_for(jobs, "publish").count("verify large"), 1U);
}

TEST(job_graph, a_large_city_whose_rows_are_there_already_is_no_small_one)
{
    auto work = city();
    work.copies.clear();
    const auto jobs = jobs_of(work, settings());
    for (const auto& job : jobs)
        EXPECT_NE(job.kind, job_kind::after_rows);
    EXPECT_EQ(labelled(jobs, "foreign keys").kind, job_kind::foreign_keys);
}

TEST(job_graph, keys_of_a_large_table_are_made_unchecked_and_validated_beside_others)
{
    auto schema = std::make_shared<schema_work>();
    schema->foreign_keys.push_back(key_of("large"));
    const auto jobs = jobs_of(city(schema), settings());
    const auto made = model::spec_from_json<model::foreign_keys_spec>(labelled(jobs, "foreign keys").spec);
    ASSERT_EQ(made.items.size(), 2U);
    EXPECT_EQ(made.items[0].statement, "unchecked");
    EXPECT_EQ(made.items[1].statement, "whole") << "its table is small";
    const auto later =
        model::spec_from_json<model::foreign_keys_spec>(labelled(jobs, "foreign keys of large").spec);
    ASSERT_EQ(later.items.size(), 1U);
    EXPECT_EQ(later.items[0].statement, "validate");
    EXPECT_EQ(later.items[0].step, model::item_step::validates);
    EXPECT_EQ(waits_for(jobs, "foreign keys of large"), (labels{"foreign keys"}));
    EXPECT_EQ(waits_for(jobs, "finish schema").count("foreign keys of large"), 1U);
}

TEST(job_graph, a_small_city_has_one_job_for_what_comes_after_its_rows)
{
    auto work = city();
    work.copies = {copy_of("small", 1, 4000), copy_of("tiny", 1, 10)};
    work.bytes = {{named("small"), 4000}, {named("tiny"), 10}};
    work.schema = [] {
        auto schema = std::make_shared<schema_work>();
        schema->indexes = {index_on("root", 1), index_on("small")};
        schema->foreign_keys = {key_of("small")};
        return schema;
    }();
    const auto jobs = jobs_of(work, settings());
    EXPECT_EQ(jobs.size(), 6U);
    const auto& rest = labelled(jobs, "indexes, keys and the rest");
    EXPECT_EQ(waits_for(jobs, rest.label), (labels{"copy 2 small tables"}));
    const auto spec = model::spec_from_json<model::after_rows_spec>(rest.spec);
    ASSERT_EQ(spec.indexes.size(), 2U);
    EXPECT_EQ(spec.indexes[0].name, "small_idx") << "those of partitioned tables come last";
    ASSERT_EQ(spec.foreign_keys.size(), 1U);
    EXPECT_EQ(spec.foreign_keys[0].statement, "whole");
    EXPECT_EQ(spec.sequences.size(), 1U);
    EXPECT_EQ(spec.script, 2);
    EXPECT_EQ(waits_for(jobs, "verify 2 tables"), (labels{rest.label}));
    EXPECT_EQ(waits_for(jobs, "publish"), (labels{"verify 2 tables"}));
}

TEST(job_graph, a_city_of_many_small_tables_is_no_small_city)
{
    tenant_work work;
    auto schema = std::make_shared<schema_work>();
    work.schema = schema;
    for (int i = 0; i < 5; ++i) {
        work.copies.push_back(copy_of(fmt::format("t{}", i), 1, 900));
        work.bytes[named(fmt::format("t{}", i))] = 900;
        schema->indexes.push_back(index_on(fmt::format("t{}", i)));
    }
    graph_settings g;
    g.small_table_bytes = 1000;
    for (const auto& job : jobs_of(work, g))
        EXPECT_NE(job.kind, job_kind::after_rows);
}

TEST(job_graph, every_job_waits_only_for_earlier_ones)
{
    const auto jobs = jobs_of(city(), settings());
    for (std::size_t i = 0; i < jobs.size(); ++i)
        for (const auto before : jobs[i].depends_on)
            EXPECT_LT(before, i);
}

TEST(job_graph, the_largest_table_begins_first)
{
    const auto jobs = jobs_of(city(), settings());
    EXPECT_GT(labelled(jobs, "copy large 2/2").score, labelled(jobs, "copy 2 small tables").score);
}

TEST(job_graph, indexes_of_a_large_table_are_made_side_by_side_and_its_keys_take_theirs)
{
    auto schema = std::make_shared<schema_work>();
    auto key = index_on("large");
    key.item.name = "large_pkey";
    key.item.is_constraint = true;
    key.item.statement =
        "ALTER TABLE ONLY \"public\".\"large\" ADD CONSTRAINT \"large_pkey\" PRIMARY KEY (id)";
    key.index_definition = "CREATE UNIQUE INDEX large_pkey ON public.large USING btree (id)";
    schema->indexes.push_back(key);
    auto clustered = index_on("large");
    clustered.item.name = "large_clustered";
    clustered.item.then = {"ALTER TABLE public.large CLUSTER ON large_clustered"};
    schema->indexes.push_back(clustered);
    const auto jobs = jobs_of(city(schema), settings());
    const labels copies{"copy large 1/2", "copy large 2/2"};
    EXPECT_EQ(waits_for(jobs, "index large_pkey of large"), copies);
    EXPECT_EQ(waits_for(jobs, "index large_idx of large"), copies);
    EXPECT_EQ(waits_for(jobs, "keys of large"),
              (labels{"index large_pkey of large", "index large_idx of large"}));
    const auto spec = model::spec_from_json<model::indexes_spec>(labelled(jobs, "keys of large").spec);
    ASSERT_EQ(spec.items.size(), 2U);
    EXPECT_EQ(spec.items[0].step, model::item_step::takes_index);
    EXPECT_EQ(spec.items[1].name, "large_clustered") << "it locks the others out";
    EXPECT_EQ(waits_for(jobs, "foreign keys").count("keys of large"), 1U);
}

TEST(job_graph, indexes_of_partitioned_tables_come_after_those_of_their_parts_deepest_first)
{
    auto schema = std::make_shared<schema_work>();
    schema->indexes.push_back(index_on("root", 2));
    schema->indexes.push_back(index_on("middle", 1));
    const auto jobs = jobs_of(city(schema), settings());
    EXPECT_EQ(waits_for(jobs, "indexes of partitioned tables").size(), 3U);
    EXPECT_EQ(waits_for(jobs, "foreign keys"), (labels{"indexes of partitioned tables"}));
    const auto spec =
        model::spec_from_json<model::indexes_spec>(labelled(jobs, "indexes of partitioned tables").spec);
    EXPECT_EQ(spec.items.at(0).name, "middle_idx");
}

TEST(job_graph, an_empty_city_is_made_without_copies_and_verification)
{
    auto work = city();
    work.copies.clear();
    work.bytes.clear();
    work.sequences.clear();
    const auto jobs = jobs_of(work, settings());
    const auto count = [&](job_kind kind) {
        return std::count_if(jobs.begin(), jobs.end(), [&](const auto& j) { return j.kind == kind; });
    };
    EXPECT_EQ(count(job_kind::copy), 0);
    EXPECT_EQ(count(job_kind::verify), 0);
    EXPECT_EQ(waits_for(jobs, "publish"), (labels{"indexes, keys and the rest"}));
}

TEST(job_graph, an_empty_city_in_a_new_database_is_whole_when_it_is_made_from_its_template)
{
    auto work = city();
    work.copies.clear();
    work.bytes.clear();
    work.sequences.clear();
    graph_settings g;
    g.database.script = 1;
    const auto jobs = jobs_of(work, g);
    ASSERT_EQ(jobs.size(), 2U);
    EXPECT_EQ(waits_for(jobs, "publish"), (labels{"create database city"}));
}

TEST(job_graph, steps_without_work_are_left_out)
{
    auto schema = std::make_shared<schema_work>();
    tenant_work work;
    work.schema = schema;
    work.plan.database = "city";
    work.copies = {copy_of("a", 1, 10)};
    const auto jobs = jobs_of(work, {});
    EXPECT_EQ(waits_for(jobs, "copy a"), (labels{"create database city"}));
    EXPECT_EQ(waits_for(jobs, "verify a"), (labels{"copy a"}));
    EXPECT_EQ(waits_for(jobs, "publish"), (labels{"verify a"}));
    EXPECT_EQ(jobs.size(), 4U);
}

TEST(job_graph, a_finished_and_registered_city_has_no_jobs)
{
    tenant_work work;
    work.schema = std::make_shared<schema_work>();
    work.plan.database_exists = true;
    EXPECT_FALSE(jobs_of(work, {}).empty());
    work.registered = true;
    EXPECT_TRUE(jobs_of(work, {}).empty());
}

TEST(job_graph, small_tables_share_a_job_up_to_a_size)
{
    tenant_work work;
    work.schema = std::make_shared<schema_work>();
    graph_settings g;
    g.small_table_bytes = 1000;
    for (int i = 0; i < 10; ++i)
        work.copies.push_back(copy_of(fmt::format("t{}", i), 1, 900));
    const auto jobs = jobs_of(work, g);
    EXPECT_EQ(std::count_if(jobs.begin(), jobs.end(), [](const auto& j) { return j.kind == job_kind::copy; }),
              3);
}

TEST(plan_json, says_what_the_printed_plan_says)
{
    plan p;
    p.title = "x";
    p.tenants.resize(1);
    p.tenants[0].tenant.slug = "recife";
    table_plan table;
    table.table = named("t");
    table.rows = 5;
    p.tenants[0].tables.push_back(table);
    p.findings.push_back({finding::severity_t::blocks, "recife", "no", "do"});
    EXPECT_TRUE(p.blocked());
    EXPECT_EQ(p.rows(), 5);
    const auto json = to_json(p);
    EXPECT_EQ(json.at("tenants").at(0).at("tenant").at("slug").as_string(), "recife");
    EXPECT_EQ(json.at("findings").at(0).at("severity").as_string(), "blocks");
    EXPECT_EQ(json.at("rows").as_int64(), 5);
}

} // namespace
} // namespace tropeiro::scheduler::plan

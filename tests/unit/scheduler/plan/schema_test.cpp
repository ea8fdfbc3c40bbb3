#include "scheduler/plan/foreign_keys.hpp"
#include "scheduler/plan/schema_work.hpp"
#include "scheduler/plan/script_text.hpp"
#include "scheduler/plan/selection.hpp"
#include "scheduler/plan/statements.hpp"

#include <gtest/gtest.h>

namespace tropeiro::scheduler::plan {
namespace {

class source_builder {
  public:
    pg::oid table(const std::string& name, pg::table_kind kind = pg::table_kind::heap,
                  std::vector<std::int64_t> parents = {})
    {
        pg::catalog_table t;
        t.id = next_++;
        t.name = {"public", name};
        t.kind = kind;
        t.is_partition = !parents.empty();
        t.parents = std::move(parents);
        made_.tables.push_back(t);
        return t.id;
    }

    pg::oid index(pg::oid table, const std::string& name, pg::oid parent = 0)
    {
        pg::catalog_index i;
        i.id = next_++;
        i.table = table;
        i.name = {"public", name};
        i.definition = "CREATE INDEX " + name + " ON public.t USING btree (a)";
        i.parent = parent;
        made_.indexes.push_back(i);
        return i.id;
    }

    pg::catalog_constraint& constraint(pg::oid table, const std::string& name, char type,
                                       const std::string& definition)
    {
        pg::catalog_constraint c;
        c.id = next_++;
        c.table = table;
        c.name = name;
        c.type = type;
        c.definition = definition;
        made_.constraints.push_back(c);
        return made_.constraints.back();
    }

    void key(pg::oid from, pg::oid to, const std::string& name)
    {
        constraint(from, name, 'f', "FOREIGN KEY (a) REFERENCES public.x(id)").referenced = to;
    }

    pg::catalog& catalog()
    {
        made_.sort();
        return made_;
    }

  private:
    pg::oid next_ = 20000;
    pg::catalog made_;
};

model::table_name named(const std::string& name) { return {"public", name}; }

TEST(foreign_keys, those_to_the_control_plane_and_to_absent_tables_are_left_out_with_their_reason)
{
    source_builder b;
    const auto students = b.table("students");
    const auto schools = b.table("schools");
    const auto cities = b.table("cities");
    const auto news = b.table("news");
    b.key(students, schools, "to_schools");
    b.key(students, cities, "to_cities");
    b.key(students, news, "to_news");
    b.key(students, students, "to_itself");
    const key_question q{{named("students"), named("schools")}, {}, {named("cities")}};
    const auto keys = choose_foreign_keys(b.catalog(), q);
    ASSERT_EQ(keys.size(), 4U);
    EXPECT_TRUE(keys[0].plan.kept);
    EXPECT_EQ(keys[1].plan.reason, "\"cities\" belongs to the control plane and stays behind");
    EXPECT_EQ(keys[2].plan.reason, "\"news\" is neither part of this rollout nor in the database");
    EXPECT_TRUE(keys[3].plan.kept);
}

TEST(foreign_keys, a_table_that_was_there_before_is_tied_to_the_one_that_arrives)
{
    source_builder b;
    const auto posts = b.table("posts");
    const auto news = b.table("news");
    const auto other = b.table("other");
    b.key(posts, news, "posts_news");
    b.key(news, posts, "news_posts");
    b.key(posts, other, "posts_other");
    const auto keys = choose_foreign_keys(b.catalog(), {{named("news")}, {named("posts")}, {}});
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_EQ(keys[0].plan.name, "posts_news");
    EXPECT_TRUE(keys[0].plan.kept && keys[1].plan.kept);
}

TEST(foreign_keys, circles_are_named_once_and_self_references_are_none)
{
    const auto key = [](const std::string& from, const std::string& to, bool kept = true) {
        return foreign_key_plan{named(from), "k", named(to), kept, {}};
    };
    EXPECT_TRUE(key_cycles({key("a", "a"), key("a", "b"), key("b", "c")}).empty());
    EXPECT_TRUE(key_cycles({key("a", "b"), key("b", "a", false)}).empty());
    EXPECT_EQ(key_cycles({key("a", "b"), key("b", "c"), key("c", "a"), key("x", "a")}),
              (std::vector<std::string>{"a -> b -> c -> a"}));
}

TEST(statements, options_of_a_key_stand_before_deferrable)
{
    source_builder b;
    const auto t = b.table("t");
    const auto i = b.index(t, "t_key");
    auto& c = b.constraint(t, "t_key", 'u', "UNIQUE (a) DEFERRABLE INITIALLY DEFERRED");
    c.index = i;
    c.deferrable = true;
    c.comment = "it's";
    auto& source = b.catalog();
    source.indexes[0].options = {"fillfactor=70"};
    source.indexes[0].clustered = true;
    source.indexes[0].replica_identity = true;
    const auto made = index_statements(source, {t}, {});
    ASSERT_EQ(made.size(), 1U);
    EXPECT_TRUE(made[0].item.is_constraint);
    EXPECT_EQ(made[0].item.statement, "ALTER TABLE ONLY \"public\".\"t\" ADD CONSTRAINT \"t_key\" UNIQUE (a) "
                                      "WITH (\"fillfactor\"='70') DEFERRABLE INITIALLY DEFERRED");
    EXPECT_EQ(
        made[0].item.then,
        (std::vector<std::string>{"ALTER TABLE \"public\".\"t\" CLUSTER ON \"t_key\"",
                                  "ALTER TABLE ONLY \"public\".\"t\" REPLICA IDENTITY USING INDEX \"t_key\"",
                                  "COMMENT ON CONSTRAINT \"t_key\" ON \"public\".\"t\" IS 'it''s'"}));
}

TEST(statements, a_key_in_two_steps_takes_the_index_that_was_made_first)
{
    index_statement key;
    key.item = {
        {"public", "a"},
        "a_key",
        true,
        R"(ALTER TABLE ONLY "public"."a" ADD CONSTRAINT "a_key" UNIQUE (x) DEFERRABLE INITIALLY DEFERRED)",
        {"COMMENT"}};
    EXPECT_EQ(in_steps(key).size(), 1U) << "an exclusion constraint makes its index itself";
    key.index_definition = "CREATE UNIQUE INDEX a_key ON public.a USING btree (x)";
    const auto steps = in_steps(key);
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps[0].statement, key.index_definition);
    EXPECT_FALSE(steps[0].is_constraint);
    EXPECT_TRUE(steps[0].then.empty());
    EXPECT_EQ(
        steps[1].statement,
        R"(ALTER TABLE ONLY "public"."a" ADD CONSTRAINT "a_key" UNIQUE USING INDEX "a_key" DEFERRABLE INITIALLY DEFERRED)");
    EXPECT_EQ(steps[1].step, model::item_step::takes_index);
    EXPECT_EQ(steps[1].then, (std::vector<std::string>{"COMMENT"}));
}

TEST(statements, a_partitioned_index_takes_its_parts_and_stands_higher)
{
    source_builder b;
    const auto root = b.table("root", pg::table_kind::partitioned);
    const auto middle = b.table("middle", pg::table_kind::partitioned, {root});
    const auto leaf = b.table("leaf", pg::table_kind::heap, {middle});
    const auto top = b.index(root, "root_idx");
    const auto mid = b.index(middle, "middle_idx", top);
    b.index(leaf, "leaf_idx", mid);
    const auto made = index_statements(b.catalog(), {root, middle, leaf}, {});
    ASSERT_EQ(made.size(), 3U);
    EXPECT_EQ(made[0].height, 2);
    EXPECT_EQ(made[1].height, 1);
    EXPECT_EQ(made[2].height, 0);
    EXPECT_EQ(made[0].item.then,
              (std::vector<std::string>{
                  "ALTER INDEX \"public\".\"root_idx\" ATTACH PARTITION \"public\".\"middle_idx\""}));
    EXPECT_TRUE(made[2].item.then.empty());
}

TEST(statements, invalid_indexes_and_impossible_ones_are_not_made)
{
    source_builder b;
    const auto t = b.table("t");
    const auto gone = b.index(t, "needs_what_stays");
    b.index(t, "broken");
    auto& source = b.catalog();
    source.indexes[1].valid = false;
    EXPECT_TRUE(index_statements(source, {t}, {{1259, gone}}).empty());
}

TEST(statements, a_foreign_key_of_a_partitioned_table_goes_without_only)
{
    source_builder b;
    const auto plain = b.table("plain");
    const auto parted = b.table("parted", pg::table_kind::partitioned);
    b.key(plain, parted, "a");
    b.key(parted, plain, "b");
    auto& source = b.catalog();
    EXPECT_TRUE(foreign_key_of(source, source.constraints[0])
                    .item.statement.starts_with("ALTER TABLE ONLY \"public\".\"plain\" "));
    EXPECT_TRUE(foreign_key_of(source, source.constraints[1])
                    .item.statement.starts_with("ALTER TABLE \"public\".\"parted\" "));
}

TEST(statements, a_foreign_key_between_plain_tables_can_be_made_unchecked_and_validated_later)
{
    source_builder b;
    const auto plain = b.table("plain");
    const auto other = b.table("other");
    const auto parted = b.table("parted", pg::table_kind::partitioned);
    for (const auto& [from, to] : {std::pair(plain, other), {plain, parted}, {parted, plain}, {other, plain}})
        b.key(from, to, "k");
    auto& source = b.catalog();
    for (auto& key : source.constraints)
        key.definition = "FOREIGN KEY (a) REFERENCES x(a)";
    source.constraints[3].validated = false;
    const auto key = foreign_key_of(source, source.constraints[0]);
    EXPECT_EQ(
        key.item.statement,
        R"sql(ALTER TABLE ONLY "public"."plain" ADD CONSTRAINT "k" FOREIGN KEY (a) REFERENCES x(a))sql");
    EXPECT_EQ(key.unchecked.statement, key.item.statement + " NOT VALID");
    ASSERT_TRUE(key.validation);
    EXPECT_EQ(key.validation->statement,
              R"sql(ALTER TABLE ONLY "public"."plain" VALIDATE CONSTRAINT "k")sql");
    EXPECT_EQ(key.validation->step, model::item_step::validates);
    EXPECT_FALSE(foreign_key_of(source, source.constraints[1]).validation) << "to a partitioned table";
    EXPECT_FALSE(foreign_key_of(source, source.constraints[2]).validation) << "of a partitioned table";
    EXPECT_FALSE(foreign_key_of(source, source.constraints[3]).validation) << "the source's is not valid";
}

TEST(script_text, the_preamble_loses_what_only_psql_or_a_newer_server_knows)
{
    const auto script = clean_script(
        "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\nSET statement_timeout = 0;\n"
        "SET transaction_timeout = 0;\nSET check_function_bodies = false;\n\n--\n-- Name: f; Type: "
        "FUNCTION\n--\n\n"
        "CREATE FUNCTION f() AS $$\n\\restrict stays\nSET transaction_timeout = 1;\n$$;\n\n\n--\n"
        "-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n\n");
    EXPECT_EQ(
        script,
        "SET statement_timeout = 0;\nSET check_function_bodies = false;\n-- Name: f; Type: FUNCTION\n--\n\n"
        "CREATE FUNCTION f() AS $$\n\\restrict stays\nSET transaction_timeout = 1;\n$$;\n");
}

TEST(script_text, triggers_end_in_the_state_that_they_are_given)
{
    const std::vector<table_in_place> tables{
        {named("t"), {"k"}, {{1, "on", 'O'}, {1, "off", 'D'}, {1, "always", 'A'}}}};
    EXPECT_EQ(clear_way_script(tables), "ALTER TABLE \"public\".\"t\" DROP CONSTRAINT IF EXISTS \"k\";\n"
                                        "ALTER TABLE \"public\".\"t\" DISABLE TRIGGER \"on\";\n"
                                        "ALTER TABLE \"public\".\"t\" DISABLE TRIGGER \"off\";\n"
                                        "ALTER TABLE \"public\".\"t\" DISABLE TRIGGER \"always\";\n");
    EXPECT_EQ(restore_triggers_script(tables),
              "ALTER TABLE \"public\".\"t\" ENABLE TRIGGER \"on\";\n"
              "ALTER TABLE \"public\".\"t\" DISABLE TRIGGER \"off\";\n"
              "ALTER TABLE \"public\".\"t\" ENABLE ALWAYS TRIGGER \"always\";\n");
    EXPECT_EQ(clear_way_script({}), "");
    EXPECT_EQ(role_script({}), "");
}

TEST(column_differences, every_difference_is_named_and_the_order_is_none)
{
    const auto column = [](const std::string& name, const std::string& type) {
        pg::catalog_column c;
        c.name = name;
        c.type = type;
        return c;
    };
    EXPECT_TRUE(column_differences({column("a", "text"), column("b", "integer")},
                                   {column("b", "integer"), column("a", "text")})
                    .empty());
    EXPECT_EQ(
        column_differences({column("a", "text"), column("b", "integer")},
                           {column("b", "bigint"), column("c", "text")}),
        (std::vector<std::string>{"column \"a\" is missing", "column \"b\" is bigint instead of integer",
                                  "column \"c\" is one too many"}));
}

TEST(selection, partitions_come_with_their_table_and_the_control_plane_never)
{
    source_builder b;
    const auto events = b.table("events", pg::table_kind::partitioned);
    b.table("events_1", pg::table_kind::heap, {events});
    b.table("cities");
    b.table("seen", pg::table_kind::view);
    table_choice which;
    which.all_tables = true;
    const auto all = select_tables(which, {}, {named("cities")}, b.catalog());
    ASSERT_EQ(all.tables.size(), 2U);
    EXPECT_EQ(all.tables[1].name.name, "events_1");
    EXPECT_EQ(all.modules, (std::vector<std::string>{"default"}));
    EXPECT_TRUE(is_control_plane({"tropeiro", "job"}, {}));
    EXPECT_TRUE(is_control_plane(named("tenant_registry"), {}));
}

TEST(selection, a_table_takes_module_and_rule_from_the_map)
{
    source_builder b;
    b.table("events");
    model::module m{
        "agenda", "", {named("events")}, {{named("events"), *model::parse_tenant_rule("shared")}}};
    table_choice which;
    which.tables = {named("events")};
    const auto chosen = select_tables(which, model::module_map({m}), {}, b.catalog());
    ASSERT_EQ(chosen.tables.size(), 1U);
    EXPECT_EQ(chosen.tables[0].module, "agenda");
    EXPECT_EQ(chosen.tables[0].rule.kind, model::tenant_rule::kind_t::shared);
}

TEST(selection, nothing_to_select_is_a_finding)
{
    source_builder b;
    const auto none = select_tables({}, {}, {}, b.catalog());
    ASSERT_EQ(none.findings.size(), 1U);
    EXPECT_EQ(none.findings[0].what, "the workspace names no modules");
}

} // namespace
} // namespace tropeiro::scheduler::plan

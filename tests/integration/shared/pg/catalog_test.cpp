#include "shared/pg/catalog.hpp"
#include "shared/pg/transaction.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

#include <algorithm>

namespace tropeiro::test {
namespace {

constexpr auto schema = R"(
    CREATE EXTENSION hstore;
    CREATE SCHEMA "Odd schema";
    CREATE TYPE color AS ENUM ('red', 'green');
    CREATE TYPE pair AS (a int, b text);
    CREATE DOMAIN good AS pair;
    CREATE DOMAIN word AS text CHECK (VALUE <> '');
    CREATE TYPE color_range AS RANGE (subtype = text);
    CREATE TABLE typed (id int GENERATED ALWAYS AS IDENTITY, plain numeric(10,2) NOT NULL, c color, cs color[], p good,
        w word, ws word[], r color_range, rc regclass, h hstore, hs hstore[], n text[], a aclitem,
        g int GENERATED ALWAYS AS (1 + 1) STORED, gone int);
    ALTER TABLE typed DROP COLUMN gone;
    CREATE TABLE "Odd schema"."Tábua" (id serial PRIMARY KEY, tenant int);
    CREATE INDEX leads ON "Odd schema"."Tábua" (tenant, id);
    CREATE INDEX partial ON "Odd schema"."Tábua" (tenant) WHERE id > 0;
    CREATE INDEX expression ON "Odd schema"."Tábua" ((tenant + 1)) WITH (fillfactor = 60);
    CREATE TABLE parted (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    CREATE TABLE part PARTITION OF parted DEFAULT;
    CREATE TABLE pointing (id int PRIMARY KEY, t int REFERENCES "Odd schema"."Tábua" DEFERRABLE, p int, at date,
        FOREIGN KEY (p, at) REFERENCES parted);
    ALTER TABLE pointing ADD CONSTRAINT late CHECK (id > 0) NOT VALID;
    COMMENT ON CONSTRAINT late ON pointing IS 'later';
    CREATE VIEW seen AS SELECT 1 AS one;
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER touching BEFORE INSERT ON pointing FOR EACH ROW EXECUTE FUNCTION touch();
    ALTER TABLE pointing ENABLE ALWAYS TRIGGER touching;
    INSERT INTO "Odd schema"."Tábua" (tenant) SELECT CASE WHEN n <= 700 THEN 1 WHEN n <= 900 THEN 2 END FROM generate_series(1, 1000) n;
    ANALYZE;
)";

class catalog_of : public ::testing::Test {
  protected:
    static void SetUpTestSuite()
    {
        where_ = fresh_database("catalog");
        shared_postgres().psql(schema, where_.database);
        read_ = run([]() -> task<pg::catalog> {
            auto c = co_await pg::connection::open(where_);
            auto all = co_await pg::read_catalog(c);
            const auto path = co_await c.query("SHOW search_path");
            EXPECT_EQ(path.one().get<std::string>(0), "\"$user\", public") << "put back after reading";
            co_return all;
        });
    }

    static const pg::catalog_table& table(const std::string& name, const std::string& in = "public")
    {
        const auto* found = read_.find(model::table_name{in, name});
        if (found == nullptr) throw std::runtime_error(name + " was not read");
        return *found;
    }

    static pg::catalog_column column(const std::string& name)
    {
        for (const auto& c : read_.columns_of(table("typed").id))
            if (c.name == name) return c;
        throw std::runtime_error(name + " was not read");
    }

    static pg::catalog_index index(const std::string& name)
    {
        for (const auto& i : read_.indexes)
            if (i.name.name == name) return i;
        throw std::runtime_error(name + " was not read");
    }

    static inline pg::dsn where_;
    static inline pg::catalog read_;
};

TEST_F(catalog_of, tables_of_every_kind_are_told_apart)
{
    EXPECT_EQ(table("parted").kind, pg::table_kind::partitioned);
    EXPECT_EQ(table("seen").kind, pg::table_kind::view);
    EXPECT_TRUE(table("part").is_partition);
    EXPECT_EQ(table("part").parents, (std::vector<std::int64_t>{table("parted").id}));
    EXPECT_EQ(table("Tábua", "Odd schema").access_method, "heap");
    EXPECT_EQ(table("Tábua", "Odd schema").row_estimate, 1000);
    EXPECT_GT(table("Tábua", "Odd schema").heap_bytes, 0);
    EXPECT_TRUE(table("typed").may_select);
    EXPECT_EQ(read_.find(model::table_name{"pg_catalog", "pg_class"}), nullptr);
}

TEST_F(catalog_of, what_keeps_a_column_from_binary_is_found_inside_its_type)
{
    using obstacle = pg::binary_obstacle;
    for (const auto* name : {"id", "plain", "c", "w", "r", "h", "n"})
        EXPECT_EQ(column(name).obstacle, obstacle::none) << name;
    EXPECT_EQ(column("cs").obstacle, obstacle::array_of_own);
    EXPECT_EQ(column("cs").culprit, "public.color");
    EXPECT_EQ(column("ws").obstacle, obstacle::array_of_own);
    EXPECT_EQ(column("hs").obstacle, obstacle::array_of_own);
    EXPECT_EQ(column("p").obstacle, obstacle::composite);
    EXPECT_EQ(column("rc").obstacle, obstacle::registry);
    EXPECT_EQ(column("a").obstacle, obstacle::no_functions);
    EXPECT_EQ(column("h").extension, "hstore");
    EXPECT_EQ(column("c").extension, "");
}

TEST_F(catalog_of, columns_come_in_their_order_without_dropped_ones)
{
    const auto columns = read_.columns_of(table("typed").id);
    ASSERT_EQ(columns.size(), 14U);
    EXPECT_EQ(columns.front().name, "id");
    EXPECT_TRUE(columns.front().identity);
    EXPECT_EQ(columns[1].type, "numeric(10,2)");
    EXPECT_TRUE(columns[1].not_null);
    EXPECT_TRUE(columns.back().generated);
    EXPECT_EQ(column("c").type, "public.color") << "names are qualified whatever the search path";
}

TEST_F(catalog_of, indexes_know_what_they_lead_with_and_what_they_back)
{
    EXPECT_EQ(index("leads").leading_column, "tenant");
    EXPECT_EQ(index("partial").leading_column, "") << "a partial index does not find every row";
    EXPECT_EQ(index("expression").leading_column, "");
    EXPECT_EQ(index("expression").options, (std::vector<std::string>{"fillfactor=60"}));
    EXPECT_NE(index("Tábua_pkey").constraint, 0U);
    EXPECT_EQ(index("part_pkey").parent, index("parted_pkey").id);
}

TEST_F(catalog_of, constraints_that_come_after_the_rows_are_read_with_qualified_definitions)
{
    const auto of = [](const std::string& name) {
        const auto at = std::find_if(read_.constraints.begin(), read_.constraints.end(),
                                     [&](const auto& c) { return c.name == name; });
        if (at == read_.constraints.end()) throw std::runtime_error(name + " was not read");
        return *at;
    };
    EXPECT_EQ(of("pointing_t_fkey").definition,
              "FOREIGN KEY (t) REFERENCES \"Odd schema\".\"Tábua\"(id) DEFERRABLE");
    EXPECT_EQ(of("pointing_t_fkey").referenced, table("Tábua", "Odd schema").id);
    EXPECT_EQ(of("pointing_t_fkey").columns, std::vector<std::string>{"t"});
    EXPECT_EQ(of("pointing_t_fkey").referenced_columns, std::vector<std::string>{"id"});
    EXPECT_TRUE(of("Tábua_pkey").referenced_columns.empty());
    EXPECT_EQ(of("late").type, 'c');
    EXPECT_EQ(of("late").comment, "later");
    EXPECT_FALSE(of("late").validated);
    EXPECT_TRUE(of("pointing_t_fkey").validated);
    EXPECT_EQ(of("pointing_p_at_fkey").parent, 0U);
    EXPECT_NE(of("pointing_p_at_fkey1").parent, 0U) << "the one for the partition follows from it";
}

TEST_F(catalog_of, sequences_and_triggers_know_their_tables)
{
    const auto owned = std::find_if(read_.sequences.begin(), read_.sequences.end(),
                                    [](const auto& s) { return s.name.name == "Tábua_id_seq"; });
    ASSERT_NE(owned, read_.sequences.end());
    EXPECT_EQ(owned->owner_table, table("Tábua", "Odd schema").id);
    EXPECT_EQ(owned->owner_column, "id");
    ASSERT_EQ(read_.triggers.size(), 1U) << "triggers of foreign keys are left out";
    EXPECT_EQ(read_.triggers[0].enabled, 'A');
}

TEST_F(catalog_of, the_server_says_who_we_are_and_what_we_may)
{
    EXPECT_GE(read_.server.version, 150000);
    EXPECT_EQ(read_.server.block_size, 8192);
    EXPECT_EQ(read_.server.database, where_.database);
    EXPECT_EQ(read_.server.encoding, "UTF8");
    EXPECT_TRUE(read_.server.may_create_database);
}

TEST_F(catalog_of, identities_are_equal_texts_and_shapes_tell_types_apart)
{
    run([]() -> task<> {
        auto c = co_await pg::connection::open(where_);
        auto objects = co_await pg::read_identities(c);
        const auto shape = [&](const std::string& type, const std::string& identity) {
            const auto at = objects.find({type, identity});
            return at == objects.end() ? "absent" : at->second;
        };
        CO_ASSERT_EQ(shape("type", "public.color"), "enum 'red', 'green'");
        CO_ASSERT_EQ(shape("type", "public.word"), "domain over text CHECK ((VALUE <> ''::text))");
        CO_ASSERT_EQ(shape("type", "public.pair"), "columns a integer, b text");
        CO_ASSERT_EQ(shape("table", "\"Odd schema\".\"Tábua\""), "");
        CO_ASSERT_EQ(shape("extension", "hstore"), "");
        CO_ASSERT_EQ(shape("type", "public.hstore"), "absent");
        std::vector<pg::object_key> asked{{1259, table("parted").id}, {1259, 1}};
        const auto named = co_await pg::identify(c, asked);
        CO_ASSERT_EQ(named.size(), 1U);
        CO_ASSERT_EQ(named.begin()->second.identity, "public.parted");
    });
}

TEST_F(catalog_of, tenants_are_counted_where_that_is_cheap_and_estimated_elsewhere)
{
    run([]() -> task<> {
        auto c = co_await pg::connection::open(where_);
        std::vector<pg::tenant_column> columns{{{"Odd schema", "Tábua"}, "tenant", true},
                                               {{"Odd schema", "Tábua"}, "tenant", false},
                                               {{"public", "pointing"}, "", true}};
        const auto found = co_await pg::read_tenant_statistics(c, columns);
        CO_ASSERT_EQ(found.size(), 3U);
        CO_ASSERT_TRUE(found[0].exact);
        CO_ASSERT_EQ(found[0].rows, 1000);
        CO_ASSERT_EQ(found[0].null_rows, 100);
        CO_ASSERT_EQ(found[0].counts.at("1"), 700);
        CO_ASSERT_FALSE(found[1].exact);
        EXPECT_NEAR(found[1].counts.at("1"), 700, 1);
        EXPECT_NEAR(found[1].null_rows, 100, 1);
        CO_ASSERT_EQ(found[1].distinct, 2);
        CO_ASSERT_EQ(found[2].rows, 0);
    });
}

TEST_F(catalog_of, tables_with_a_row_are_told_from_empty_ones)
{
    run([]() -> task<> {
        auto c = co_await pg::connection::open(where_);
        std::vector<model::table_name> asked{{"Odd schema", "Tábua"}, {"public", "pointing"}};
        const auto filled = co_await pg::read_filled(c, asked);
        CO_ASSERT_EQ(filled.size(), 1U);
        CO_ASSERT_EQ(filled.begin()->name, "Tábua");
    });
}

TEST_F(catalog_of, row_security_and_privileges_are_those_of_the_user)
{
    const auto reader = where_.database + "_reader";
    shared_postgres().psql("CREATE ROLE " + reader +
                               " LOGIN; CREATE TABLE guarded (id int); GRANT SELECT ON guarded TO " + reader +
                               "; ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
                           where_.database);
    run([&]() -> task<> {
        auto as_reader = where_;
        as_reader.user = reader;
        auto c = co_await pg::connection::open(as_reader);
        const auto read = co_await pg::read_catalog(c);
        const auto* guarded = read.find(model::table_name{"public", "guarded"});
        CO_ASSERT_TRUE(guarded->hides_rows);
        CO_ASSERT_TRUE(guarded->may_select);
        CO_ASSERT_FALSE(read.find(model::table_name{"public", "typed"})->may_select);
        CO_ASSERT_FALSE(read.server.may_create_database);
        auto owner = co_await pg::connection::open(where_);
        const auto owned = co_await pg::read_catalog(owner);
        CO_ASSERT_FALSE(owned.find(model::table_name{"public", "guarded"})->hides_rows);
    });
}

} // namespace
} // namespace tropeiro::test

#include "shared/base/text.hpp"
#include "tests/integration/scheduler/api/api_fixture.hpp"

#include <gmock/gmock.h>

namespace tropeiro::scheduler::api {

using testing::HasSubstr;

namespace {

class surveys : public api_fixture {
  protected:
    surveys() { post("/v1/init"); }

    json::object line_of(const json::value& found, const std::string& table)
    {
        for (const auto& line : found.at("tables").as_array())
            if (line.at("table").as_string() == table) return line.as_object();
        ADD_FAILURE() << "no line of " << table << " in " << json::serialize(found);
        return {};
    }

    void make_city(const std::string& slug, const std::string& tables)
    {
        test::shared_postgres().create_database(prefix + slug);
        test::shared_postgres().psql(tables, prefix + slug);
    }
};

constexpr auto strict_students =
    "CREATE TABLE students (id bigint PRIMARY KEY, city_id uuid, school_id bigint, profile_id uuid, "
    "name text NOT NULL)";

} // namespace

TEST_F(surveys, rows_of_every_module_are_counted_by_whose_they_are)
{
    const auto found = post("/v1/data/orphans", R"({"modules":["educacao"]})");
    EXPECT_EQ(found.at("well"), true) << json::serialize(found);
    const auto students = line_of(found, "students");
    EXPECT_EQ(students.at("kind"), "column");
    EXPECT_EQ(students.at("rows"), 300);
    EXPECT_EQ(students.at("tenant_rows"), 200);
    EXPECT_EQ(students.at("legacy_rows"), 100);
    ASSERT_EQ(students.at("conflicts").as_array().size(), 1U) << "cities and profiles stay behind";
    EXPECT_EQ(students.at("conflicts").at(0).at("path"), "school_id -> schools.city_id");
    const auto all = post("/v1/data/orphans");
    EXPECT_EQ(all.at("well"), false);
    EXPECT_EQ(line_of(all, "grades").at("kind"), "nobody");
}

TEST_F(surveys, a_row_that_points_out_of_its_city_and_one_of_a_stranger_are_named)
{
    sql("UPDATE students SET city_id = '22222222-2222-2222-2222-222222222222' WHERE id = 30;"
        "ALTER TABLE schools DROP CONSTRAINT schools_city_id_fkey;"
        "INSERT INTO schools VALUES (77, 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'lost')");
    const auto found = post("/v1/data/orphans", R"({"tables":["students","schools"],"seconds":60})");
    EXPECT_EQ(found.at("well"), false);
    EXPECT_EQ(line_of(found, "students").at("conflict_rows"), 1);
    EXPECT_EQ(line_of(found, "students").at("conflicts").at(0).at("examples").at(0), "30");
    EXPECT_EQ(line_of(found, "schools").at("unknown_rows"), 1);
    EXPECT_EQ(line_of(found, "schools").at("unknown").at(0).at("value"),
              "ffffffff-ffff-ffff-ffff-ffffffffffff");
    EXPECT_EQ(found.at("findings").as_array().size(), 2U);
}

TEST_F(surveys, a_city_that_is_not_registered_yet_is_known_and_stays_unregistered)
{
    sql("INSERT INTO cities VALUES ('44444444-4444-4444-4444-444444444444', 'Natal', 'natal');"
        "INSERT INTO schools VALUES (78, '44444444-4444-4444-4444-444444444444', 'new')");
    const auto found = post("/v1/data/orphans", R"({"tables":["schools"]})");
    EXPECT_EQ(found.at("well"), true) << json::serialize(found);
    EXPECT_EQ(sql("SELECT count(*) FROM tenant_registry WHERE tenant_slug = 'natal'"), "0\n");
}

TEST_F(surveys, all_tables_are_more_than_those_of_the_map)
{
    sql("CREATE TABLE of_no_module (id int, city_id uuid)");
    const auto all = post("/v1/data/orphans", R"({"all_tables":true})");
    EXPECT_EQ(line_of(all, "of_no_module").at("kind"), "column");
    EXPECT_GT(all.at("tables").as_array().size(),
              post("/v1/data/orphans", "{}").at("tables").as_array().size());
    const auto both = R"({"all_tables":true,"tables":["students"]})";
    EXPECT_EQ(error_of("POST", "/v1/data/orphans", both).kind, error_kind::usage);
}

TEST_F(surveys, wrong_requests_are_refused_by_name)
{
    const auto table = error_of("POST", "/v1/data/orphans", R"({"tables":["studens"]})");
    EXPECT_EQ(table.kind, error_kind::not_found);
    EXPECT_THAT(table.message, HasSubstr("studens"));
    EXPECT_THAT(table.hint, HasSubstr("students"));
    EXPECT_THAT(error_of("POST", "/v1/data/orphans", R"({"modules":["nada"]})").message, HasSubstr("nada"));
    const auto both = R"({"modules":["educacao"],"tables":["students"]})";
    EXPECT_EQ(error_of("POST", "/v1/data/orphans", both).kind, error_kind::usage);
    EXPECT_EQ(error_of("POST", "/v1/data/orphans", R"({"tenants":["recife"]})").kind, error_kind::usage);
    EXPECT_EQ(error_of("POST", "/v1/data/orphans", R"({"seconds":100000})").kind, error_kind::usage);
    EXPECT_EQ(error_of("POST", "/v1/data/nulls").kind, error_kind::usage);
    EXPECT_EQ(error_of("POST", "/v1/data/nulls", R"({"tenants":["recifi"]})").kind, error_kind::not_found);
}

TEST_F(surveys, nulls_are_found_city_by_city_and_a_city_without_a_database_refuses_none)
{
    make_city("recife", strict_students);
    make_city("afogados", strict_students);
    sql("UPDATE students SET name = NULL WHERE id <= 60");
    const auto found = post("/v1/data/nulls", R"({"tenants":["all"],"modules":["educacao"]})");
    EXPECT_EQ(found.at("well"), false);
    EXPECT_EQ(found.at("new_cities"), (json::array{"olinda"}));
    const auto& items = found.at("items").as_array();
    ASSERT_EQ(items.size(), 2U) << json::serialize(found);
    EXPECT_EQ(items[0].at("city"), "afogados");
    EXPECT_EQ(items[0].at("rows"), 20) << "the legacy city's rows are those without a city";
    EXPECT_EQ(items[1].at("city"), "recife");
    EXPECT_EQ(items[1].at("rows"), 20);
    EXPECT_EQ(items[1].at("column"), "name");
    EXPECT_EQ(items[1].at("examples").as_array().size(), 5U);
    const std::string relax(items[1].at("relax").at(0).as_string());
    test::shared_postgres().psql(relax, prefix + "recife");
    const auto legacy = post("/v1/data/nulls", R"({"tenants":["afogados"],"modules":["educacao"]})");
    EXPECT_EQ(legacy.at("items").as_array().size(), 1U) << "the legacy city alone";
    const auto relaxed = post("/v1/data/nulls", R"({"tenants":["recife"],"modules":["educacao"]})");
    EXPECT_EQ(relaxed.at("well"), true) << json::serialize(relaxed);
}

TEST_F(surveys, a_city_that_is_to_get_the_legacy_rows_is_asked_about_those)
{
    make_city("olinda", strict_students);
    sql("UPDATE students SET name = NULL WHERE city_id IS NULL");
    const auto own = post("/v1/data/nulls", R"({"tenants":["olinda"],"modules":["educacao"]})");
    EXPECT_EQ(own.at("well"), true) << json::serialize(own);
    const auto legacy =
        post("/v1/data/nulls", R"({"tenants":["olinda"],"modules":["educacao"],"from_legacy":true})");
    ASSERT_EQ(legacy.at("items").as_array().size(), 1U) << json::serialize(legacy);
    EXPECT_EQ(legacy.at("items").at(0).at("rows"), 100);
}

TEST_F(surveys, a_citys_database_that_does_not_answer_is_named)
{
    make_city("olinda", strict_students);
    test::shared_postgres().psql("ALTER DATABASE \"" + prefix + "olinda\" ALLOW_CONNECTIONS false");
    const auto wrong = error_of("POST", "/v1/data/nulls", R"({"tenants":["olinda"]})");
    EXPECT_THAT(wrong.message, HasSubstr("olinda cannot be looked at"));
}

} // namespace tropeiro::scheduler::api

// Rows that the shortest way does not reach: they go by another, or upwards.
#include "tests/integration/scheduler/plan/school.hpp"

#include <fmt/format.h>

namespace tropeiro::test {
namespace {

/// Files hang on a student, or on a class, or on another file, up to any depth; pages on files.
constexpr auto files = R"(
    CREATE TABLE files (id bigint PRIMARY KEY, student_id bigint REFERENCES students, year integer, class integer,
                        folder bigint REFERENCES files, FOREIGN KEY (year, class) REFERENCES classes);
    CREATE TABLE pages (id bigint PRIMARY KEY, file_id bigint NOT NULL REFERENCES files);
    INSERT INTO files SELECT i, i FROM generate_series(1, 300) i;
    INSERT INTO files SELECT 1000 + i, NULL, 2026, i % 9 FROM generate_series(0, 44) i;
    INSERT INTO files SELECT 2000 + i, NULL, NULL, NULL, CASE WHEN i <= 30 THEN i WHEN i <= 60 THEN 970 + i
                                                              ELSE 1940 + i END FROM generate_series(1, 150) i;
    INSERT INTO files VALUES (5001, NULL, NULL, NULL, NULL), (5002, NULL, NULL, NULL, 5001);
    INSERT INTO files VALUES (5003, NULL, 2026, NULL, 5003);
    INSERT INTO pages SELECT id, id FROM files;)";

/// The cities of the files, level by level.
std::string files_of(const std::string& city_id)
{
    return fmt::format(
        "(WITH RECURSIVE f AS ("
        " SELECT f.id FROM files f JOIN students s ON s.id = f.student_id WHERE s.city_id = '{0}' UNION"
        " SELECT f.id FROM files f JOIN classes c ON c.year = f.year AND c.number = f.class"
        "  WHERE c.city_id = '{0}' UNION SELECT n.id FROM f JOIN files n ON n.folder = f.id) "
        "SELECT id FROM f)",
        city_id);
}

TEST(ways, rows_that_hang_on_one_thing_or_another_go_with_it)
{
    const auto source = school_database(files);
    auto names = school_tables;
    names.insert(names.end(), {"files", "pages"});
    const auto cities = three_cities();
    const auto p = make_plan(source, of_tables(names), with_pattern(), cities);
    ASSERT_FALSE(p.blocked()) << findings_text(p);
    const auto& path = path_of(p, "files");
    EXPECT_EQ(path.path, "student_id -> students.city_id");
    ASSERT_EQ(path.otherwise.size(), 2U);
    EXPECT_EQ(path.otherwise[0].path, "(year, class) -> classes.city_id");
    EXPECT_EQ(path.otherwise[0].rows, 45);
    EXPECT_EQ(path.otherwise[1].path, "folder upwards");
    EXPECT_EQ(path.otherwise[1].rows, 150);
    EXPECT_EQ(path.orphans.rows, 3);
    EXPECT_EQ(path_of(p, "pages").orphans.rows, 3);
    EXPECT_EQ(path_of(p, "pages").otherwise.back().path, "file_id -> files.folder upwards");
    EXPECT_EQ(path.conflicts.at(0).rows.rows, 0) << "a class has its city";
    EXPECT_EQ(path.conflicts.back().path, "folder -> files.student_id -> students.city_id");
    EXPECT_EQ(path.conflicts.back().rows.rows, 0) << "a folder is its own city's by whichever way";
    EXPECT_TRUE(found(p, notes,
                      "45 rows of table \"files\" find their tenant along (year, class) -> classes.city_id, "
                      "for student_id -> students.city_id does not reach them"))
        << findings_text(p);
    EXPECT_TRUE(found(p, warns,
                      "3 rows of table \"files\" belong to no tenant: student_id -> students.city_id and "
                      "(year, class) -> classes.city_id and folder upwards do not reach them, for example "
                      "5001, 5002, 5003"))
        << findings_text(p);
    carry_out(source, p);
    std::int64_t rows = 0;
    for (std::size_t i = 0; i < cities.size(); ++i) {
        const auto target = source.with_database(p.tenants.at(i).database);
        const auto own = files_of(city(static_cast<int>(i)));
        EXPECT_EQ(content(target, "files"), content(source, "files", "t.id IN " + own));
        EXPECT_EQ(content(target, "pages"), content(source, "pages", "t.file_id IN " + own));
        rows += table_of(p, "files", i).rows;
    }
    EXPECT_EQ(rows, 498 - 3 - path.legacy);
    EXPECT_GT(path.legacy, 30);
}

TEST(ways, a_link_to_what_another_way_gives_to_another_tenant_is_a_conflict)
{
    const auto source = school_database(files);
    in(source, "INSERT INTO files VALUES (6001, 1, NULL, NULL, 1000), (6002, 3, NULL, NULL, 1000)");
    const auto p =
        make_plan(source, of_tables({"students", "classes", "files"}), with_pattern(), three_cities());
    EXPECT_TRUE(found(p, warns,
                      "1 row of table \"files\" joins two tenants: along student_id -> students.city_id they "
                      "are one's, along folder -> files.student_id -> students.city_id another's or "
                      "nobody's, for example 6001"))
        << findings_text(p);
}

} // namespace
} // namespace tropeiro::test

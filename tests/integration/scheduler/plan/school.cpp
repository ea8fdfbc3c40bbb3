#include "tests/integration/scheduler/plan/school.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tropeiro::test {
namespace {

constexpr auto school_of_three = R"(
    CREATE TABLE students (id bigint PRIMARY KEY, city_id uuid);
    CREATE TABLE classes (year integer, number integer, city_id uuid, PRIMARY KEY (year, number));
    CREATE TABLE enrollments (student_id bigint NOT NULL REFERENCES students, year integer, number integer,
                              PRIMARY KEY (student_id, year, number), FOREIGN KEY (year, number) REFERENCES classes);
    CREATE TABLE grades (id bigint PRIMARY KEY, student bigint NOT NULL, year integer NOT NULL, class integer NOT NULL,
                         FOREIGN KEY (student, year, class) REFERENCES enrollments);
    CREATE TABLE remarks (id bigint PRIMARY KEY, grade_id bigint REFERENCES grades, answers bigint REFERENCES remarks);
    CREATE TABLE words (id bigint PRIMARY KEY, word text);
    INSERT INTO students SELECT i, CASE WHEN i % 10 > 0 THEN ('00000000-0000-4000-8000-00000000000' || i % 3)::uuid END
      FROM generate_series(1, 300) i;
    INSERT INTO classes SELECT 2026, i, ('00000000-0000-4000-8000-00000000000' || i % 3)::uuid FROM generate_series(0, 8) i;
    INSERT INTO enrollments SELECT i, 2026, (i % 3) + 3 * (i % 2) FROM generate_series(1, 300) i;
    INSERT INTO grades SELECT row_number() OVER (ORDER BY md5(student_id::text || n)), student_id, year, number
      FROM enrollments, generate_series(1, 5) n;
    INSERT INTO remarks SELECT id, id FROM grades;
    INSERT INTO remarks SELECT id + 5000, grade_id, id FROM remarks;)";

} // namespace

std::string city(int i) { return fmt::format("00000000-0000-4000-8000-00000000000{}", i); }

std::vector<model::tenant> three_cities()
{
    return {tenant_named("zero", city(0)), tenant_named("one", city(1)), tenant_named("two", city(2))};
}

pg::dsn school_database(const std::string& more)
{
    const auto source = fresh_database("school");
    shared_postgres().psql(school_of_three + more, source.database);
    return source;
}

scheduler::plan::plan_request of_tables(const std::vector<std::string>& names,
                                        scheduler::plan::rows_wanted rows)
{
    scheduler::plan::plan_request request;
    request.rows = rows;
    for (const auto& name : names)
        request.which.tables.push_back({"public", name});
    return request;
}

std::string in(const pg::dsn& database, const std::string& sql)
{
    return std::string(text::trim(shared_postgres().psql(sql, database.database)));
}

std::string content(const pg::dsn& database, const std::string& table, const std::string& only)
{
    return in(
        database,
        fmt::format("SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"
                    "  FROM {} t WHERE {}",
                    table, only));
}

const scheduler::plan::path_plan& path_of(const scheduler::plan::plan& p, const std::string& table)
{
    const auto at = std::find_if(p.paths.begin(), p.paths.end(),
                                 [&](const auto& path) { return path.table.name == table; });
    if (at == p.paths.end()) throw std::runtime_error(table + " has no path in the plan");
    return *at;
}

} // namespace tropeiro::test

#include "scheduler/plan/null_survey.hpp"

#include "scheduler/plan/null_questions.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace tropeiro::scheduler::plan {
namespace {

namespace json = boost::json;

/// A city and the columns of one table in which it is stricter than the source.
struct stricter_city {
    const strict_city* city;
    std::vector<strict_column> columns;
};

/// One table of all cities. Lives in survey_nulls's frame.
class null_counting {
  public:
    null_counting(timed_questions& questions, const source_facts& facts, null_survey& into)
        : questions_(questions), facts_(facts), into_(into)
    {
    }

    task<> run(const source_table& table, const std::vector<strict_city>& cities)
    {
        auto stricter = stricter_among(table, cities);
        if (stricter.empty()) co_return;
        const auto columns = columns_of(stricter);
        if (table.rows.problem) {
            leave_out(table, stricter, table.rows.problem->what);
            co_return;
        }
        questions_.begin_table();
        std::string why_not;
        const auto values = values_of(stricter);
        const auto counted = co_await questions_.ask(null_counts_sql(table, columns, values), why_not);
        if (!counted) {
            leave_out(table, stricter, why_not);
            co_return;
        }
        for (const auto& one : stricter)
            for (const auto& row : *counted)
                if (row.is_null(std::size_t{0}) || row.get<std::string>(0) == one.city->value)
                    co_await take(table, one, columns, row);
    }

  private:
    std::vector<stricter_city> stricter_among(const source_table& table,
                                              const std::vector<strict_city>& cities) const
    {
        std::vector<stricter_city> all;
        for (const auto& city : cities) {
            auto columns = stricter_columns(table, facts_.catalog, city);
            if (!columns.empty()) all.push_back({&city, std::move(columns)});
        }
        return all;
    }

    static std::vector<std::string> columns_of(const std::vector<stricter_city>& cities)
    {
        std::set<std::string> names;
        for (const auto& one : cities)
            for (const auto& column : one.columns)
                names.insert(column.name);
        return {names.begin(), names.end()};
    }

    static std::vector<std::string> values_of(const std::vector<stricter_city>& cities)
    {
        std::vector<std::string> values;
        for (const auto& one : cities)
            values.push_back(one.city->value);
        return values;
    }

    void leave_out(const source_table& table, const std::vector<stricter_city>& cities, std::string why)
    {
        uncounted_nulls left{table.selected.name, {}, std::move(why)};
        for (const auto& one : cities)
            left.cities.push_back(one.city->slug);
        into_.uncounted.push_back(std::move(left));
    }

    task<> take(const source_table& table, const stricter_city& of, const std::vector<std::string>& columns,
                pg::row counts)
    {
        for (const auto& column : of.columns) {
            const auto at = std::find(columns.begin(), columns.end(), column.name) - columns.begin();
            const auto rows = counts.get<std::int64_t>(static_cast<std::size_t>(at) + 1);
            if (rows == 0) continue;
            refused_nulls refused{of.city->slug, of.city->database, table.selected.name, column, rows, {}};
            const auto key = facts_.primary_key(table.selected.id);
            refused.examples =
                co_await questions_.ask_texts(null_rows_sql(table, column.name, of.city->value, key));
            into_.found.push_back(std::move(refused));
        }
    }

    timed_questions& questions_;
    const source_facts& facts_;
    null_survey& into_;
};

json::array words(const std::vector<std::string>& list) { return json::array(list.begin(), list.end()); }

json::value to_json(const refused_nulls& r)
{
    return json::object{{"city", r.city},
                        {"database", r.database},
                        {"table", model::to_string(r.table)},
                        {"column", r.column.name},
                        {"rows", r.rows},
                        {"examples", words(r.examples)},
                        {"relax", words(r.column.relaxing())},
                        {"fixed", r.column.fixed}};
}

json::value to_json(const uncounted_nulls& u)
{
    return json::object{{"table", model::to_string(u.table)}, {"cities", words(u.cities)}, {"why", u.why}};
}

} // namespace

std::vector<strict_column> stricter_columns(const source_table& table, const pg::catalog& source,
                                            const strict_city& city)
{
    std::vector<strict_column> stricter;
    const auto at = city.columns.find(table.selected.name);
    if (at == city.columns.end() || !table.rows.copied || !table.holds_rows()) return stricter;
    const auto columns = source.columns_of(table.selected.id);
    for (const auto& strict : at->second)
        if (std::any_of(columns.begin(), columns.end(), [&](const auto& column) {
                return column.name == strict.name && !column.not_null && !column.generated;
            }))
            stricter.push_back(strict);
    return stricter;
}

task<> survey_nulls(pg::connection& source, const source_facts& facts, const std::vector<strict_city>& cities,
                    question_limits limits, null_survey& into)
{
    timed_questions questions(source, limits);
    null_counting counting(questions, facts, into);
    for (const auto& table : facts.tables)
        co_await counting.run(table, cities);
}

json::value to_json(const null_survey& survey)
{
    auto found = survey.found;
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.city < b.city; });
    json::array items;
    for (const auto& one : found)
        items.push_back(to_json(one));
    json::array uncounted;
    for (const auto& one : survey.uncounted)
        uncounted.push_back(to_json(one));
    return json::object{{"well", survey.well()},
                        {"compared", words(survey.compared)},
                        {"new_cities", words(survey.new_cities)},
                        {"items", std::move(items)},
                        {"not_counted", std::move(uncounted)}};
}

} // namespace tropeiro::scheduler::plan

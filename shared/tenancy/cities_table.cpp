#include "shared/tenancy/cities_table.hpp"

#include "shared/pg/quote.hpp"

#include <fmt/format.h>

#include <set>

namespace tropeiro::tenancy {
namespace {

city read_city(const pg::row& row)
{
    city c;
    c.id = row.get<std::string>("id");
    c.slug = row.get<std::string>("slug");
    c.name = row.get<std::string>("name");
    c.db_url = row.get<std::string>("db_url");
    return c;
}

std::string select_cities(const cities_table& cities)
{
    return fmt::format(
        "SELECT id::text AS id, slug::text AS slug, coalesce(name::text, slug::text) AS name, {} AS db_url "
        "FROM {} WHERE slug IS NOT NULL",
        cities.has_db_url() ? "coalesce(db_url::text, '')" : "''", pg::qualified(cities.name()));
}

} // namespace

model::table_name default_cities() { return {"public", "cities"}; }

task<cities_table> cities_table::bind(pg::connection& control, model::table_name name)
{
    cities_table cities(std::move(name));
    const auto relation = pg::qualified(cities.name_);
    const auto answer = co_await control.query("SELECT attname::text FROM pg_attribute WHERE attrelid = "
                                               "to_regclass($1) AND attnum > 0 AND NOT attisdropped",
                                               relation);
    std::set<std::string> columns;
    for (const auto row : answer)
        columns.insert(row.get<std::string>(0));
    if (columns.empty()) co_return cities;
    for (const char* needed : {"id", "slug", "name"})
        if (!columns.contains(needed))
            throw failure(error_kind::failed,
                          fmt::format("the cities table {} has no column \"{}\"",
                                      model::to_string(cities.name_), needed),
                          "name another table as control.cities, or add the column");
    cities.exists_ = true;
    cities.has_db_url_ = columns.contains("db_url");
    co_return cities;
}

task<std::vector<city>> cities_table::all(pg::connection& control) const
{
    std::vector<city> found;
    if (!exists_) co_return found;
    const auto sql = select_cities(*this) + " ORDER BY slug";
    const auto answer = co_await control.query(sql);
    for (const auto row : answer)
        found.push_back(read_city(row));
    co_return found;
}

task<std::optional<city>> cities_table::find(pg::connection& control, std::string slug) const
{
    if (!exists_) co_return std::nullopt;
    const auto sql = select_cities(*this) + " AND slug = $1";
    const auto answer = co_await control.query(sql, slug);
    if (answer.empty()) co_return std::nullopt;
    co_return read_city(answer.front());
}

task<bool> cities_table::set_db_url(pg::connection& control, std::string slug, std::string db_url) const
{
    if (!exists_) co_return false;
    const auto relation = pg::qualified(name_);
    if (!has_db_url_)
        throw failure(error_kind::failed,
                      fmt::format("the cities table {} has no column \"db_url\" to publish in",
                                  model::to_string(name_)),
                      fmt::format("ALTER TABLE {} ADD COLUMN db_url text;", relation));
    const auto known = co_await find(control, slug);
    if (!known) co_return false;
    if (known->db_url == db_url) co_return true;
    const auto sql = fmt::format("UPDATE {} SET db_url = $2 WHERE slug = $1", relation);
    co_await control.query(sql, slug, db_url);
    co_return true;
}

} // namespace tropeiro::tenancy

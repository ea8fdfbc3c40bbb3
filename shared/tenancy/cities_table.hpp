// The cities table of the application's control plane. It belongs to the application: we read it, and write
// one column, db_url, when a city is published. Found by name at each use; its other columns are nobody's
// business.
#pragma once

#include "shared/model/table_name.hpp"
#include "shared/pg/connection.hpp"
#include "shared/rt/asio.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tropeiro::tenancy {

/// public.cities.
model::table_name default_cities();

struct city {
    std::string id; // uuid
    std::string slug;
    std::string name;
    std::string db_url; // empty: not published, or the table has no such column
};

class cities_table {
  public:
    /// Looks the table up; it may be absent, which exists() tells. Throws failure(failed) when it is there
    /// but has no id, name or slug.
    static task<cities_table> bind(pg::connection& control, model::table_name name = default_cities());

    bool exists() const { return exists_; }
    bool has_db_url() const { return has_db_url_; }
    const model::table_name& name() const { return name_; }

    /// By slug; none when there is no such table.
    task<std::vector<city>> all(pg::connection& control) const;

    task<std::optional<city>> find(pg::connection& control, std::string slug) const;

    /// Publishes the city's address; in the caller's transaction when there is one. Changing nothing is no
    /// write. False when the table has no such city: the tenant stands in the registry alone. Throws
    /// failure(failed) with the ALTER TABLE to run when the table has no db_url column.
    task<bool> set_db_url(pg::connection& control, std::string slug, std::string db_url) const;

  private:
    explicit cities_table(model::table_name name) : name_(std::move(name)) {}

    model::table_name name_;
    bool exists_ = false;
    bool has_db_url_ = false;
};

} // namespace tropeiro::tenancy

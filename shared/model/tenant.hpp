// A tenant as the registry knows it: a city, a company, an app.
#pragma once

#include "shared/model/ids.hpp"

#include <string>
#include <vector>

namespace tropeiro::model {

struct tenant {
    tenant_id id;
    std::string slug;
    std::string name;
    bool active = true;
    std::vector<std::string> modules; // enabled ones
    std::string database;             // empty until provisioned
    std::string db_url;               // as published, without credentials; may be empty
};

/// The database's name for a tenant: the pattern's {slug} replaced, then every '-' becomes '_'; cut nowhere.
std::string database_name(const std::string& pattern, const std::string& slug);

/// True for a slug that makes a valid identifier: lower-case letters, digits, '-' and '_'; 1 to 48 long.
bool is_valid_slug(const std::string& slug);

} // namespace tropeiro::model

#include "shared/model/tenant.hpp"

#include "shared/base/text.hpp"

namespace tropeiro::model {

std::string database_name(const std::string& pattern, const std::string& slug)
{
    return text::replace_all(text::replace_all(pattern, "{slug}", slug), "-", "_");
}

bool is_valid_slug(const std::string& slug)
{
    return !slug.empty() && slug.size() <= 48 && slug.front() != '-' &&
           slug.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
}

} // namespace tropeiro::model

#include "shared/config/environment.hpp"

#include <unistd.h>

namespace tropeiro::config {

std::optional<std::string> environment::get(const std::string& name) const
{
    const auto at = variables_.find(name);
    if (at == variables_.end() || at->second.empty()) return std::nullopt;
    return at->second;
}

environment environment::overlaid_by(const environment& stronger) const
{
    auto all = variables_;
    for (const auto& [name, value] : stronger.variables_)
        if (!value.empty()) all[name] = value;
    return environment(std::move(all));
}

std::vector<std::string> environment::names_with_prefix(std::string_view prefix) const
{
    std::vector<std::string> names;
    for (const auto& [name, value] : variables_)
        if (name.starts_with(prefix)) names.push_back(name);
    return names;
}

environment process_environment()
{
    std::map<std::string, std::string> variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        variables[std::string(text.substr(0, equals))] = text.substr(equals + 1);
    }
    return environment(std::move(variables));
}

} // namespace tropeiro::config

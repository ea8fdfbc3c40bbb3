#include "shared/config/workspace.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

namespace tropeiro::config {
namespace {

std::string either(const std::vector<std::string>& names)
{
    if (names.size() < 2) return text::join(names, "");
    const std::vector<std::string> first(names.begin(), names.end() - 1);
    return text::join(first, ", ") + " or " + names.back();
}

std::optional<named_secret> first_set(const environment& variables, const std::vector<std::string>& names)
{
    for (const auto& name : names)
        if (auto value = variables.get(name)) return named_secret{name, secret(std::move(*value))};
    return std::nullopt;
}

} // namespace

result<named_secret> workspace::connection_string(const std::vector<std::string>& names,
                                                  std::string_view purpose) const
{
    if (auto found = first_set(variables, names)) return *found;
    const auto example = names.empty() ? std::string("DB_URL") : names.front();
    return error{
        error_kind::usage,
        fmt::format("Connection string not provided: set {} for {}", either(names), purpose),
        fmt::format("export it or write it into {}: {}=postgresql://user:password@host:5432/database",
                    (directory / ".env").lexically_normal().string(), example)};
}

result<named_secret> workspace::source_url() const
{
    return connection_string(source.url_env, "the source database");
}

result<named_secret> workspace::control_url() const
{
    if (auto found = first_set(variables, control.url_env)) return *found;
    if (control.url_env == control_section{}.url_env)
        if (auto found = first_set(variables, source.url_env)) return *found;
    return connection_string(control.url_env, "the control database");
}

bool workspace::names_control() const { return first_set(variables, control.url_env).has_value(); }

result<named_secret> workspace::target_admin_url() const
{
    return connection_string(target.admin_url_env, "the server of the tenant databases");
}

std::optional<named_secret> workspace::redis_url() const { return first_set(variables, redis.url_env); }

std::optional<named_secret> workspace::server_token() const
{
    return first_set(variables, {server.token_env});
}

std::string workspace::neon_project_id() const { return variables.get("NEON_PROJECT_ID").value_or(""); }

} // namespace tropeiro::config

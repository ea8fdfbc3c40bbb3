#include "shared/model/module_map.hpp"

#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::model {
namespace {

error bad_rule(std::string_view text)
{
    return error{error_kind::usage, fmt::format("\"{}\" is not a tenant rule", text),
                 "write \"shared\", \"column NAME\" or \"via COLUMN[, COLUMN] -> TABLE\""};
}

result<tenant_rule> parse_path(std::string_view text, std::string_view body)
{
    const auto arrow = body.find("->");
    if (arrow == std::string_view::npos) return bad_rule(text);
    tenant_rule rule{tenant_rule::kind_t::path, {}, text::split_list(body.substr(0, arrow)), {}};
    const auto linked = parse_table_name(body.substr(arrow + 2));
    if (rule.link_columns.empty() || !linked) return bad_rule(text);
    rule.linked = *linked;
    return rule;
}

} // namespace

result<tenant_rule> parse_tenant_rule(std::string_view text)
{
    const auto word = text::trim(text);
    if (word == "shared") return tenant_rule{tenant_rule::kind_t::shared, {}, {}, {}};
    if (word.starts_with("via ")) return parse_path(text, word.substr(4));
    if (word.starts_with("column ")) {
        const auto name = text::trim(word.substr(7));
        if (!name.empty()) return tenant_rule{tenant_rule::kind_t::column, std::string(name), {}, {}};
    }
    return bad_rule(text);
}

const module* module_map::find(std::string_view name) const
{
    const auto at =
        std::find_if(modules_.begin(), modules_.end(), [&](const module& m) { return m.name == name; });
    return at == modules_.end() ? nullptr : &*at;
}

result<std::vector<module>> module_map::select(const std::vector<std::string>& names) const
{
    if (names.empty()) return modules_;
    std::vector<std::string> known;
    for (const auto& m : modules_)
        known.push_back(m.name);
    for (const auto& name : names) {
        if (find(name) != nullptr) continue;
        const auto near = text::nearest(name, known);
        return error{
            error_kind::not_found, fmt::format("module \"{}\" is not in the module map", name),
            near ? fmt::format("did you mean \"{}\"? The modules are: {}", *near, text::join(known, ", "))
                 : fmt::format("the modules are: {}", text::join(known, ", "))};
    }
    std::vector<module> chosen;
    for (const auto& m : modules_)
        if (std::find(names.begin(), names.end(), m.name) != names.end()) chosen.push_back(m);
    return chosen;
}

} // namespace tropeiro::model

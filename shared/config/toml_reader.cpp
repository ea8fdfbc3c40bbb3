#include "shared/config/toml_reader.hpp"

#include "shared/base/text.hpp"
#include "shared/config/load.hpp"
#include "shared/config/settings.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <set>

namespace tropeiro::config {
namespace {

const std::vector<std::string> module_keys{"description", "tables", "tenant"};

raw_value raw(const toml::node& node)
{
    raw_value out;
    out.kind = raw_value::kind_t::other;
    if (const auto* text = node.as_string()) {
        out.kind = raw_value::kind_t::text;
        out.text = text->get();
    } else if (const auto* number = node.as_integer()) {
        out.kind = raw_value::kind_t::number;
        out.text = std::to_string(number->get());
    } else if (const auto* list = node.as_array()) {
        out.kind = raw_value::kind_t::list;
        for (const auto& item : *list) {
            if (!item.is_string())
                out.kind = raw_value::kind_t::other;
            else
                out.items.push_back(item.as_string()->get());
        }
    }
    return out;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known)
{
    if (const auto near = text::nearest(word, known)) return fmt::format("; did you mean \"{}\"?", *near);
    return fmt::format("; known are {}", text::join(known, ", "));
}

class reader {
  public:
    reader(std::string file, workspace& into) : file_(std::move(file)), into_(into) {}

    toml_reading read(const toml::table& root)
    {
        for (const auto& [key, node] : root) {
            if (key == "modules")
                read_modules(node);
            else
                read_section(key, node);
        }
        return std::move(out_);
    }

    void fault(const toml::source_position& at, std::string_view text)
    {
        out_.faults.push_back(fmt::format("{}: {}", position(at), text));
    }

    toml_reading take() { return std::move(out_); }

  private:
    std::string position(const toml::source_position& at) const
    {
        return fmt::format("{}:{}:{}", file_, at.line, at.column);
    }

    static std::vector<std::string> sections()
    {
        std::vector<std::string> names;
        for (const auto& name : setting_names()) {
            const auto section = name.substr(0, name.find('.'));
            if (names.empty() || names.back() != section) names.push_back(section);
        }
        names.emplace_back("modules");
        return names;
    }

    static std::vector<std::string> keys_of(std::string_view section)
    {
        std::vector<std::string> keys;
        for (const auto& name : setting_names())
            if (name.starts_with(fmt::format("{}.", section)))
                keys.push_back(name.substr(section.size() + 1));
        return keys;
    }

    void read_section(const toml::key& section, const toml::node& node)
    {
        const auto known = sections();
        const auto at = section.source().begin;
        if (std::find(known.begin(), known.end(), section.str()) == known.end()) {
            const auto* what = node.is_table() ? "section" : "key";
            return fault(at, fmt::format("unknown {} \"{}\"{}", what, section.str(),
                                         suggestion(section.str(), known)));
        }
        if (!node.is_table())
            return fault(at, fmt::format("\"{}\" must be a section: [{}]", section.str(), section.str()));
        for (const auto& [key, value] : *node.as_table())
            read_setting(section.str(), key, value);
    }

    void read_setting(std::string_view section, const toml::key& key, const toml::node& value)
    {
        const auto name = fmt::format("{}.{}", section, key.str());
        const auto found = find_setting(name);
        if (!found) return unknown_setting(section, key);
        out_.positions[name] = position(value.source().begin);
        const auto trouble = found->put(into_, raw(value));
        if (!trouble) return;
        auto at = value.source().begin;
        if (trouble->item && value.is_array()) at = value.as_array()->at(*trouble->item).source().begin;
        fault(at, fmt::format("{} {}", name, trouble->text));
    }

    void unknown_setting(std::string_view section, const toml::key& key)
    {
        auto advice = suggestion(key.str(), keys_of(section));
        if (key == "url" || key == "admin_url")
            advice = fmt::format(
                "; connection strings stay out of this file: {}_env names the variables that hold one",
                key.str());
        else if (section == "limits")
            advice = "; limits are \"default\", \"t:HOST:PORT\" and \"s:HOST:PORT\"";
        fault(key.source().begin, fmt::format("unknown key \"{}\" in [{}]{}", key.str(), section, advice));
    }

    void read_modules(const toml::node& node)
    {
        if (!node.is_table())
            return fault(node.source().begin, "\"modules\" must be sections: [modules.NAME]");
        std::vector<std::pair<toml::source_position, model::module>> found;
        for (const auto& [key, value] : *node.as_table()) {
            if (!value.is_table()) {
                fault(key.source().begin,
                      fmt::format("module \"{}\" must be a section: [modules.{}]", key.str(), key.str()));
                continue;
            }
            found.emplace_back(key.source().begin, read_module(key, *value.as_table()));
        }
        // The library sorts keys by name; the order of the file is the order that people see.
        std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
            return std::pair(a.first.line, a.first.column) < std::pair(b.first.line, b.first.column);
        });
        std::vector<model::module> modules;
        for (auto& [at, made] : found)
            modules.push_back(std::move(made));
        into_.modules = model::module_map(std::move(modules));
    }

    model::module read_module(const toml::key& name, const toml::table& body)
    {
        model::module made{std::string(name.str()), {}, {}, {}};
        const auto faults_before = out_.faults.size();
        for (const auto& [key, value] : body) {
            if (key == "description")
                made.description = read_text(value, "description");
            else if (key == "tables")
                read_tables(made, value);
            else if (key != "tenant")
                fault(key.source().begin, fmt::format("unknown key \"{}\" in [modules.{}]{}", key.str(),
                                                      made.name, suggestion(key.str(), module_keys)));
        }
        if (made.tables.empty() && out_.faults.size() == faults_before)
            fault(name.source().begin, fmt::format("module \"{}\" has no tables", made.name));
        if (const auto* rules = body.get("tenant")) read_rules(made, *rules);
        return made;
    }

    std::string read_text(const toml::node& value, std::string_view key)
    {
        if (const auto* text = value.as_string()) return text->get();
        fault(value.source().begin, fmt::format("{} must be a string", key));
        return {};
    }

    void read_tables(model::module& made, const toml::node& value)
    {
        if (!value.is_array()) return fault(value.source().begin, "tables must be a list of strings");
        for (const auto& item : *value.as_array()) {
            const auto at = item.source().begin;
            const auto table = model::parse_table_name(item.value<std::string>().value_or(""));
            if (!table) {
                fault(at, fmt::format("{}; {}", table.error().message, table.error().hint));
                continue;
            }
            const auto [owner, fresh] = owners_.emplace(*table, made.name);
            if (fresh)
                made.tables.push_back(*table);
            else
                fault(at,
                      fmt::format("table \"{}\" stands in modules \"{}\" and \"{}\"; a table belongs to one",
                                  model::to_string(*table), owner->second, made.name));
        }
    }

    void read_rules(model::module& made, const toml::node& node)
    {
        if (!node.is_table())
            return fault(node.source().begin,
                         fmt::format("\"tenant\" must be a section: [modules.{}.tenant]", made.name));
        for (const auto& [key, value] : *node.as_table()) {
            const auto table = model::parse_table_name(key.str());
            const auto rule = model::parse_tenant_rule(value.value<std::string>().value_or(""));
            if (!table)
                fault(key.source().begin, fmt::format("{}; {}", table.error().message, table.error().hint));
            else if (std::find(made.tables.begin(), made.tables.end(), *table) == made.tables.end())
                fault(key.source().begin, unknown_rule_table(made, *table));
            if (!rule)
                fault(value.source().begin, fmt::format("{}; {}", rule.error().message, rule.error().hint));
            if (table && rule) made.rules[*table] = *rule;
        }
    }

    static std::string unknown_rule_table(const model::module& made, const model::table_name& table)
    {
        std::vector<std::string> known;
        for (const auto& t : made.tables)
            known.push_back(model::to_string(t));
        return fmt::format("module \"{}\" has a tenant rule for \"{}\", which is not one of its tables{}",
                           made.name, model::to_string(table), suggestion(model::to_string(table), known));
    }

    std::string file_;
    workspace& into_;
    toml_reading out_;
    std::map<model::table_name, std::string> owners_;
};

} // namespace

toml_reading read_toml(std::string_view text, const std::string& file, workspace& into)
{
    reader walk(file, into);
    try {
        const toml::table root = toml::parse(text, file);
        return walk.read(root);
    } catch (const toml::parse_error& e) {
        walk.fault(e.source().begin, e.description());
        return walk.take();
    }
}

} // namespace tropeiro::config

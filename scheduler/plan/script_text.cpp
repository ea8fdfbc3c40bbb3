#include "scheduler/plan/script_text.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/quote.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::plan {
namespace {

bool is_noise(const std::string& line) { return line.empty() || line.starts_with("--"); }
bool is_meta(const std::string& line)
{
    return line.starts_with("\\restrict") || line.starts_with("\\unrestrict");
}

/// Newer than the oldest target that we serve.
bool is_new_setting(const std::string& line) { return line.starts_with("SET transaction_timeout"); }

/// The preamble ends where the first entry is named.
bool begins_entries(const std::string& line) { return line.starts_with("-- Name: "); }

std::string_view trigger_state(char enabled)
{
    switch (enabled) {
    case 'D':
        return "DISABLE";
    case 'R':
        return "ENABLE REPLICA";
    case 'A':
        return "ENABLE ALWAYS";
    default:
        return "ENABLE";
    }
}

std::string alter_trigger(const model::table_name& table, std::string_view how, const std::string& trigger)
{
    return fmt::format("ALTER TABLE {} {} TRIGGER {};\n", pg::qualified(table), how,
                       pg::quote_ident(trigger));
}

} // namespace

std::string clean_script(std::string_view printed)
{
    auto lines = text::split(printed, '\n');
    while (!lines.empty() && (is_noise(lines.back()) || is_meta(lines.back())))
        lines.pop_back();
    std::string script;
    bool preamble = true;
    for (const auto& line : lines) {
        if (begins_entries(line)) preamble = false;
        if (preamble && (is_noise(line) || is_meta(line) || is_new_setting(line))) continue;
        script += line;
        script += '\n';
    }
    return script;
}

std::string role_script(const std::set<std::string>& roles)
{
    std::string script;
    for (const auto& role : roles)
        script +=
            fmt::format("DO $tropeiro$ BEGIN CREATE ROLE {} NOLOGIN;\n"
                        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $tropeiro$;\n",
                        pg::quote_ident(role));
    return script;
}

std::string items_script(const std::vector<model::schema_item>& items)
{
    std::string script;
    for (const auto& item : items) {
        script += item.statement + ";\n";
        for (const auto& statement : item.then)
            script += statement + ";\n";
    }
    return script;
}

std::string clear_way_script(const std::vector<table_in_place>& tables)
{
    std::string script;
    for (const auto& t : tables) {
        for (const auto& key : t.foreign_keys)
            script += fmt::format("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {};\n", pg::qualified(t.table),
                                  pg::quote_ident(key));
        for (const auto& trigger : t.triggers)
            script += alter_trigger(t.table, "DISABLE", trigger.name);
    }
    return script;
}

std::string restore_triggers_script(const std::vector<table_in_place>& tables)
{
    std::string script;
    for (const auto& t : tables)
        for (const auto& trigger : t.triggers)
            script += alter_trigger(t.table, trigger_state(trigger.enabled), trigger.name);
    return script;
}

} // namespace tropeiro::scheduler::plan

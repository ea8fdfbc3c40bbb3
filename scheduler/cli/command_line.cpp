#include "scheduler/cli/command_line.hpp"

#include "shared/base/text.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::cli {
namespace {

const std::string version = "tropeiro 0.1.0";

bool takes_value(const std::string& word)
{
    for (const auto& f : global_flags())
        if (word == "--" + f.name) return !f.value.empty();
    return false;
}

/// Where the first `count` words that are no flags stand; global flags may go before them.
std::vector<std::size_t> places_of_words(const std::vector<std::string>& words, std::size_t count)
{
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < words.size() && places.size() < count; ++i) {
        if (words[i].empty() || words[i].front() != '-')
            places.push_back(i);
        else if (takes_value(words[i]))
            ++i;
        else if (!places.empty() && words[i] != "--help" && words[i] != "-h" && words[i] != "--json")
            break; // a flag of the command: its verb is not behind it
    }
    return places;
}

bool contains(const std::vector<std::string>& words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// The words but those at these places, which go up.
std::vector<std::string> without(std::vector<std::string> words, const std::vector<std::size_t>& places)
{
    for (auto at = places.rbegin(); at != places.rend(); ++at)
        words.erase(words.begin() + static_cast<std::ptrdiff_t>(*at));
    return words;
}

error unknown_word(std::span<const command> table, const std::string& noun, const std::string& word)
{
    std::vector<std::string> known;
    for (const auto& row : table)
        if (noun.empty() || row.noun == noun) known.push_back(noun.empty() ? row.noun : row.verb);
    known.erase(std::unique(known.begin(), known.end()), known.end());
    const auto before = noun.empty() ? std::string() : noun + " ";
    error e{error_kind::usage, fmt::format("there is no command \"{}{}\"", before, word), {}};
    if (const auto near = text::nearest(word, known))
        e.hint = fmt::format("did you mean \"tropeiro {}{}\"?", before, *near);
    else
        e.hint = fmt::format("the commands are: {}", text::join(known, ", "));
    return e;
}

/// Every value as text, as CLI11 found it.
struct values {
    std::map<std::string, std::string> texts;
    std::map<std::string, bool> switches;
};

void declare(CLI::App& app, const std::vector<flag>& flags, values& into)
{
    for (const auto& f : flags) {
        if (f.value.empty())
            app.add_flag("--" + f.name, into.switches[f.name], f.help);
        else
            app.add_option("--" + f.name, into.texts[f.name], f.help)->take_last();
    }
}

std::vector<std::string> flag_names(const command& row)
{
    std::vector<std::string> names;
    for (const auto& f : global_flags())
        names.push_back("--" + f.name);
    for (const auto& f : row.flags)
        names.push_back("--" + f.name);
    return names;
}

error usage_error(const command& row, const CLI::App& app, const CLI::ParseError& thrown)
{
    error e{error_kind::usage, thrown.what(), fmt::format("tropeiro {} --help", row.words())};
    for (const auto& word : app.remaining()) {
        if (!word.starts_with("--")) {
            e.message = fmt::format("\"{}\" is one word too many for \"tropeiro {}\"", word, row.words());
            return e;
        }
        const auto name = word.substr(0, word.find('='));
        e.message = fmt::format("\"tropeiro {}\" has no flag {}", row.words(), name);
        if (const auto near = text::nearest(name, flag_names(row)))
            e.hint = fmt::format("did you mean {}?", *near);
        return e;
    }
    return e;
}

result<arguments> read_arguments(const command& row, std::vector<std::string> words)
{
    CLI::App app;
    app.set_help_flag();
    values found;
    declare(app, global_flags(), found);
    declare(app, row.flags, found);
    for (const auto& p : row.positionals) {
        auto* option = app.add_option(p.name, found.texts[p.name], p.help);
        if (p.required) option->required();
    }
    try {
        std::reverse(words.begin(), words.end());
        app.parse(words);
    } catch (const CLI::ParseError& thrown) {
        return usage_error(row, app, thrown);
    }
    arguments given;
    for (const auto& [name, value] : found.switches)
        if (value) given.set(name, "yes");
    for (const auto& [name, value] : found.texts) {
        const bool is_flag = name.front() >= 'a' && name.front() <= 'z';
        if (app.count(is_flag ? "--" + name : name) > 0) given.set(name, value);
    }
    return given;
}

std::string flags_help(const std::vector<flag>& flags)
{
    std::size_t widest = 0;
    for (const auto& f : flags)
        widest = std::max(widest, f.name.size() + f.value.size() + 3);
    std::string out;
    for (const auto& f : flags) {
        const auto shown = "--" + f.name + (f.value.empty() ? "" : " " + f.value);
        out += fmt::format("  {:<{}}  {}\n", shown, widest, f.help);
    }
    return out;
}

} // namespace

std::vector<flag> global_flags()
{
    return {
        {"config", "FILE", "the workspace file instead of ./tropeiro.toml"},
        {"json", "", "the answer as JSON on stdout"},
        {"yes", "", "answer every question with yes"},
        {"no-input", "", "ask nothing: a question is an error, as it is without a terminal"},
        {"quiet", "", "no progress and no messages but errors"},
        {"log-level", "LEVEL", "trace, debug, info, warn, error or off (default: warn)"},
    };
}

result<parsed_line> parse_line(std::span<const command> table, const std::vector<std::string>& words)
{
    const auto places = places_of_words(words, 2);
    parsed_line line;
    if (places.empty()) {
        line.help = contains(words, "--version") ? version + "\n" : help_of_program(table);
        return line;
    }
    const auto& noun = words[places[0]];
    if (noun == "help") {
        auto rest = without(words, {places[0]});
        rest.emplace_back("--help");
        return parse_line(table, rest);
    }
    if (std::none_of(table.begin(), table.end(), [&](const auto& row) { return row.noun == noun; }))
        return unknown_word(table, {}, noun);
    const auto verb = places.size() > 1 ? words[places[1]] : std::string();
    const auto row = std::find_if(table.begin(), table.end(), [&](const command& r) {
        return r.noun == noun && (r.verb.empty() || r.verb == verb);
    });
    if (row == table.end()) {
        if (!verb.empty()) return unknown_word(table, noun, verb);
        line.help = help_of_noun(table, noun);
        return line;
    }
    if (contains(words, "--help") || contains(words, "-h")) {
        line.help = help_of_command(*row);
        return line;
    }
    auto given =
        read_arguments(*row, row->verb.empty() ? without(words, {places[0]}) : without(words, places));
    if (!given) return given.error();
    line.found = &*row;
    line.given = std::move(*given);
    return line;
}

std::string help_of_program(std::span<const command> table)
{
    std::string out = "tropeiro - one database per tenant, and the tenants' tables carried there\n\n"
                      "Usage: tropeiro <noun> <verb> [flags]\n\nCommands:\n";
    for (const auto& row : table)
        out += fmt::format("  {:<18} {}\n", row.words(), row.summary);
    out += "\nFlags of every command:\n" + flags_help(global_flags());
    out += "\n\"tropeiro <noun> <verb> --help\" shows a command's flags and examples.\n"
           "Exit codes:\n"
           "    0  done\n"
           "    1  failed\n"
           "    2  wrong usage\n"
           "    3  finished, but not all is well: dead jobs, rows in quarantine, findings of a check\n"
           "    4  not found\n"
           "    5  conflict with other work\n"
           "    6  refused\n"
           "    7  paused: more cities failed than allowed, or a wave is over\n"
           "   69  a server cannot be reached\n"
           "  130  interrupted\n";
    return out;
}

std::string help_of_noun(std::span<const command> table, const std::string& noun)
{
    auto out = fmt::format("Usage: tropeiro {} <verb> [flags]\n\nCommands:\n", noun);
    for (const auto& row : table)
        if (row.noun == noun) out += fmt::format("  {:<18} {}\n", row.words(), row.summary);
    return out + fmt::format("\n\"tropeiro {} <verb> --help\" shows a command's flags and examples.\n", noun);
}

std::string help_of_command(const command& row)
{
    auto usage = "tropeiro " + row.words();
    for (const auto& p : row.positionals)
        usage += p.required ? " " + p.name : " [" + p.name + "]";
    auto out = fmt::format("{}\n\nUsage: {}{}\n", row.summary, usage, row.flags.empty() ? "" : " [flags]");
    if (!row.positionals.empty()) {
        out += "\nArguments:\n";
        for (const auto& p : row.positionals)
            out += fmt::format("  {:<10} {}\n", p.name, p.help);
    }
    if (!row.flags.empty()) out += "\nFlags:\n" + flags_help(row.flags);
    out += "\nFlags of every command:\n" + flags_help(global_flags());
    if (row.examples.empty()) return out;
    out += "\nExamples:\n";
    for (const auto& e : row.examples)
        out += fmt::format("  # {}\n  tropeiro {}\n", e.what, e.line);
    return out;
}

} // namespace tropeiro::scheduler::cli

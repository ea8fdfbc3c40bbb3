// module list, show, enable.
#include "scheduler/cli/command_table.hpp"
#include "scheduler/cli/plan_flags.hpp"
#include "scheduler/cli/text_table.hpp"
#include "shared/base/text.hpp"
#include "shared/http/message.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::cli {
namespace {

std::string enabled_for(const std::vector<std::string>& slugs)
{
    if (slugs.empty()) return "-";
    if (slugs.size() <= 2) return text::join(slugs, ", ");
    return fmt::format("{}, {} and {} more", slugs[0], slugs[1], slugs.size() - 2);
}

task<int> list(session& s, const arguments&)
{
    const auto answer = co_await s.api.get("/v1/modules");
    s.out.answer(answer);
    text_table table({"module", "description", "enabled for", "tables"});
    for (const auto& module : list_of(answer, "items")) {
        const auto enabled = words_of(module, "enabled");
        const auto tables = text::join(words_of(module, "tables"), ", ");
        table.add({text_of(module, "name"), text_of(module, "description"), enabled_for(enabled), tables});
    }
    s.out.data(table.empty() ? std::string("the workspace has no modules\n") : table.render(s.out.colour()));
    if (const auto note = text_of(answer, "note"); !note.empty()) s.out.say(note);
    co_return 0;
}

task<int> show(session& s, const arguments& given)
{
    const auto module = co_await s.api.get("/v1/modules/" + http::encode_segment(given.text("MODULE")));
    s.out.answer(module);
    auto page = fmt::format("{}  {}\n", s.out.colour()(tone::strong, text_of(module, "name")),
                            text_of(module, "description"));
    page += "tables:\n";
    for (const auto& table : words_of(module, "tables"))
        page += fmt::format("  {}\n", table);
    const auto enabled = words_of(module, "enabled");
    page += enabled.empty() ? std::string("enabled for nobody\n")
                            : fmt::format("enabled for: {}\n", text::join(enabled, ", "));
    s.out.data(page);
    if (const auto note = text_of(module, "note"); !note.empty()) s.out.say(note);
    co_return 0;
}

task<int> enable(session& s, const arguments& given)
{
    const bool migrate = given.has("migrate-data");
    if (given.has("city-id") && !migrate)
        throw failure(error_kind::usage, "--city-id says whose rows to copy, and none are copied",
                      "add --migrate-data, or leave --city-id out");
    auto request = request_from_flags(given);
    request["tenants"] = json::array({json::string(given.text("SLUG"))});
    request["modules"] = json::array({json::string(given.text("MODULE"))});
    request["rows"] = migrate ? "own" : "none";
    request["title"] = fmt::format("enable {} for {}", given.text("MODULE"), given.text("SLUG"));
    const auto code = co_await start_and_follow(s, given, std::move(request));
    co_return code;
}

std::vector<flag> enable_flags()
{
    std::vector<flag> flags{
        {"migrate-data", "", "copy the city's rows too (default: empty tables)"},
        {"city-id", "UUID", "with --migrate-data: the value of the tenant column instead of the tenant's id"},
        {"batch-size", "N", "rows a batch (default: copy.batch_rows of the workspace)"},
        {"truncate", "", "empty target tables that hold rows we do not know, then copy"},
        {"merge", "",
         "of tables that tropeiro has not copied yet: keep rows that are there, add those that are missing"},
        {"on-bad-row", "fail|quarantine",
         "a row that the target refuses ends its job (fail, the default) or goes to "
         "tropeiro.quarantined_row"},
        {"create-roles", "", "make roles that policies and grants name, as NOLOGIN"},
    };
    for (auto& one : running_flags())
        flags.push_back(std::move(one));
    return flags;
}

} // namespace

std::vector<command> module_commands()
{
    return {
        {"module",
         "list",
         "The modules, their tables, and where each is enabled",
         {},
         {},
         {{"module list", "all of them"}},
         list},
        {"module",
         "show",
         "One module",
         {{"MODULE", "its name"}},
         {},
         {{"module show saude", "tables and tenants"}},
         show},
        {"module",
         "enable",
         "Adds a module to a tenant that exists",
         {{"SLUG", "the tenant"}, {"MODULE", "the module"}},
         enable_flags(),
         {{"module enable recife transparencia", "empty tables"},
          {"module enable recife transparencia --migrate-data --city-id 0d3c...", "with the city's rows"}},
         enable},
    };
}

} // namespace tropeiro::scheduler::cli

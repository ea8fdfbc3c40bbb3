// tenant add, list, show, provision.
#include "scheduler/cli/command_table.hpp"
#include "scheduler/cli/plan_flags.hpp"
#include "scheduler/cli/text_table.hpp"
#include "shared/base/text.hpp"
#include "shared/http/message.hpp"

#include <fmt/format.h>

namespace tropeiro::scheduler::cli {
namespace {

task<int> add(session& s, const arguments& given)
{
    json::object body;
    body["slug"] = given.text("SLUG");
    body["name"] = given.text("name", given.text("SLUG"));
    body["email"] = given.text("email");
    const auto tenant = co_await s.api.post("/v1/tenants", std::move(body));
    s.out.answer(tenant);
    s.out.data(fmt::format("added {} ({})\n", text_of(tenant, "slug"), text_of(tenant, "id")));
    co_return 0;
}

task<int> list(session& s, const arguments&)
{
    const auto answer = co_await s.api.get("/v1/tenants");
    s.out.answer(answer);
    text_table table({"tenant", "name", "active", "database", "modules", "db_url"});
    for (const auto& tenant : list_of(answer, "items")) {
        const auto database = text_of(tenant, "database");
        const auto url = text_of(tenant, "db_url");
        table.add({text_of(tenant, "slug"), text_of(tenant, "name"), flag_of(tenant, "active") ? "yes" : "no",
                   database.empty() ? "-" : database,
                   shorten(text::join(words_of(tenant, "modules"), ", "), 60), url.empty() ? "-" : url});
    }
    s.out.data(table.empty() ? std::string("there are no tenants; see tropeiro tenant add --help\n")
                             : table.render(s.out.colour()));
    for (const auto& conflict : words_of(answer, "conflicts"))
        s.out.warn("conflict: " + conflict);
    co_return 0;
}

task<int> show(session& s, const arguments& given)
{
    const auto tenant = co_await s.api.get("/v1/tenants/" + http::encode_segment(given.text("SLUG")));
    s.out.answer(tenant);
    const auto or_dash = [](std::string text) { return text.empty() ? std::string("-") : text; };
    auto page = fmt::format(
        "{}  {}\n  id        {}\n  active    {}\n  database  {}\n  db_url    {}\n  modules   {}\n",
        s.out.colour()(tone::strong, text_of(tenant, "slug")), text_of(tenant, "name"), text_of(tenant, "id"),
        flag_of(tenant, "active") ? "yes" : "no", or_dash(text_of(tenant, "database")),
        or_dash(text_of(tenant, "db_url")), or_dash(text::join(words_of(tenant, "modules"), ", ")));
    text_table log({"at", "module", "table", "status", ">rows", ">rollout", "error"});
    for (const auto& line : list_of(tenant, "log"))
        log.add({text_of(line, "at"), text_of(line, "module"), text_of(line, "table"),
                 text_of(line, "status"),
                 at(line, "rows").is_null() ? "" : text::human_count(number_of(line, "rows")),
                 text_of(line, "rollout"), text_of(line, "error")});
    if (!log.empty()) page += "\n" + log.render(s.out.colour());
    s.out.data(page);
    if (flag_of(tenant, "log_is_cut"))
        s.out.say(
            fmt::format("these are the newest {} lines; older ones are in public.tenant_module_log of the "
                        "control database",
                        list_of(tenant, "log").size()));
    co_return 0;
}

std::string rows_from(const arguments& given)
{
    const auto rows = given.maybe("rows");
    if (given.has("from-legacy")) {
        if (rows && *rows != "legacy")
            throw failure(error_kind::usage,
                          fmt::format("--from-legacy and --rows {} exclude each other", *rows),
                          "--from-legacy is --rows legacy");
        return "legacy";
    }
    if (rows) return *rows;
    return given.has("city-id") ? "own" : "none";
}

task<int> provision(session& s, const arguments& given)
{
    auto request = request_from_flags(given);
    request["tenants"] = json::array({json::string(given.text("SLUG"))});
    request["rows"] = rows_from(given);
    const auto code = co_await start_and_follow(s, given, std::move(request));
    co_return code;
}

std::vector<flag> provision_flags()
{
    std::vector<flag> flags{
        {"from-legacy", "",
         "copy the rows whose tenant column is NULL: the first city, from before it had tenants"},
        {"rows", "WHICH", "none (default), own, legacy or all"},
        {"city-id", "UUID", "with --rows own: the value of the tenant column instead of the tenant's id"},
    };
    for (auto& one : table_flags())
        flags.push_back(std::move(one));
    for (auto& one : running_flags())
        flags.push_back(std::move(one));
    return flags;
}

} // namespace

std::vector<command> tenant_commands()
{
    return {
        {"tenant",
         "add",
         "Registers a tenant; a row in the cities table does it too, and gets db_url published",
         {{"SLUG", "lower-case letters, digits, - and _"}},
         {{"name", "NAME", "for people (default: the slug)"}, {"email", "ADDRESS", "of its administrator"}},
         {{"tenant add recife --name Recife", "a city"}},
         add},
        {"tenant", "list", "The tenants and their databases", {}, {}, {{"tenant list", "all of them"}}, list},
        {"tenant",
         "show",
         "One tenant and what was provisioned for it",
         {{"SLUG", "the tenant"}},
         {},
         {{"tenant show recife", "modules, database, log"}},
         show},
        {"tenant",
         "provision",
         "Creates a tenant's database with its tables and publishes it",
         {{"SLUG", "the tenant"}},
         provision_flags(),
         {{"tenant provision recife --modules educacao,saude", "a new, empty city"},
          {"tenant provision afogados-da-ingazeira --from-legacy", "the city whose rows have no city_id"},
          {"tenant provision recife --rows own", "with the rows of its city_id"},
          {"tenant provision recife --rows own --truncate --batch-size 5000",
           "again, after something else filled it"}},
         provision},
    };
}

} // namespace tropeiro::scheduler::cli

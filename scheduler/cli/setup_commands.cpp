// init, serve, check.
#include "scheduler/cli/command_table.hpp"
#include "scheduler/cli/serve.hpp"
#include "scheduler/cli/session.hpp"
#include "scheduler/cli/text_table.hpp"
#include "shared/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tropeiro::scheduler::cli {
namespace {

task<int> init(session& s, const arguments& given)
{
    json::object body;
    body["with_cities"] = given.has("with-cities");
    const auto done = co_await s.api.post("/v1/init", std::move(body));
    s.out.answer(done);
    const auto applied = words_of(done, "applied");
    const auto where = text_of(done, "database");
    s.out.data(applied.empty() ? fmt::format("{} has the control schema already (version {})\n", where,
                                             number_of(done, "version"))
                               : fmt::format("control schema version {} stands in {} (applied: {})\n",
                                             number_of(done, "version"), where, text::join(applied, ", ")));
    if (flag_of(done, "cities_created")) s.out.data(fmt::format("made {}\n", text_of(done, "cities")));
    if (const auto added = words_of(done, "tenants_added"); !added.empty())
        s.out.data(fmt::format("{} registered: {}\n",
                               text::counted(static_cast<std::int64_t>(added.size()), "city", "cities"),
                               shorten(text::join(added, ", "), 200)));
    for (const auto& conflict : words_of(done, "conflicts"))
        s.out.warn("conflict: " + conflict);
    if (text_of(done, "cities").empty())
        s.out.say("there is no cities table; `tropeiro init --with-cities` makes one, or use `tropeiro "
                  "tenant add`");
    co_return 0;
}

std::string trouble_of(const json::value& one)
{
    if (!flag_of(one, "ok")) return text_of(one, "error");
    return text::join(words_of(one, "warnings"), "; ");
}

void print_checks(output& out, const json::value& answer)
{
    text_table table({"connection", "address", ">ms", "version", "tls", "user", "privileges", "state"});
    for (const auto& one : list_of(answer, "items")) {
        const bool ok = flag_of(one, "ok");
        const auto trouble = trouble_of(one);
        const auto how = ok ? (trouble.empty() ? tone::good : tone::warning) : tone::bad;
        const auto latency = ok ? fmt::format("{:.1f}", real_of(one, "latency_ms")) : std::string();
        const auto tls = text_of(one, "tls");
        const bool postgres = !at(one, "user").is_null();
        table.add({text_of(one, "name"), text_of(one, "address"), latency, text_of(one, "version"),
                   tls.empty() && postgres ? "none" : tls, text_of(one, "user"),
                   text::join(words_of(one, "privileges"), " "), cell(ok ? "ok" : "FAILED", how)});
    }
    out.data(table.render(out.colour()));
    for (const auto& one : list_of(answer, "items")) {
        if (const auto trouble = trouble_of(one); !trouble.empty())
            out.warn(fmt::format("{}: {}", text_of(one, "name"), trouble));
        if (const auto hint = text_of(one, "hint"); !hint.empty()) out.warn("  hint: " + hint);
    }
}

task<int> check(session& s, const arguments&)
{
    const auto answer = co_await s.api.post("/v1/check");
    s.out.answer(answer);
    print_checks(s.out, answer);
    if (const auto project = text_of(answer, "neon_project_id"); !project.empty())
        s.out.say("Neon project: " + project);
    int code = 0;
    for (const auto& one : list_of(answer, "items")) {
        if (flag_of(one, "ok")) continue;
        const auto its = exit_code(error_kind_from(text_of(one, "kind")));
        code = std::max(code, its);
    }
    co_return code;
}

} // namespace

std::vector<command> setup_commands()
{
    return {
        {"init",
         "",
         "Makes or upgrades the control schema; harmless to repeat",
         {},
         {{"with-cities", "", "make the cities table too when there is none"}},
         {{"init", "in a control database that has a cities table, or uses `tenant add`"},
          {"init --with-cities", "in an empty one"}},
         init},
        {"serve",
         "",
         "The scheduler as a service: dispatches rollouts and answers the HTTP interface",
         {},
         {{"listen", "HOST:PORT", "instead of server.listen of the workspace"}},
         {{"serve", "on 127.0.0.1:7077"},
          {"serve --listen 0.0.0.0:7077", "for other machines; TROPEIRO_TOKEN must be set"}},
         serve},
        {"check",
         "",
         "Tests every connection: latency, version, TLS, privileges",
         {},
         {},
         {{"check", "control, source, target, Redis and each tenant's database"},
          {"check --json", "the same for a script"}},
         check},
    };
}

} // namespace tropeiro::scheduler::cli

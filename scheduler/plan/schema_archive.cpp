#include "scheduler/plan/schema_archive.hpp"

#include "scheduler/plan/script_text.hpp"
#include "shared/pg/quote.hpp"
#include "shared/rt/subprocess.hpp"

#include <fmt/format.h>

#include <fstream>
#include <set>

namespace tropeiro::scheduler::plan {
namespace {

constexpr auto dump_limit = std::chrono::minutes(10);
constexpr auto restore_limit = std::chrono::minutes(2);

rt::command dump_command(const pg::dsn& source, const std::string& snapshot,
                         const std::vector<model::table_name>& unreadable, const std::filesystem::path& file)
{
    rt::command dump;
    dump.program = "pg_dump";
    dump.args = {"--format=custom",           "--schema-only",           "--no-owner",
                 "--exclude-schema=tropeiro", "--lock-wait-timeout=30s", "--snapshot=" + snapshot,
                 "--file=" + file.string()};
    for (const auto& table : unreadable)
        dump.args.push_back("--exclude-table=" + pg::qualified(table));
    for (const auto& [name, value] : source.environment()) {
        if (name == "PGPASSWORD")
            dump.secrets[name] = secret(value);
        else
            dump.environment[name] = value;
    }
    return dump;
}

[[noreturn]] void dump_failed(const rt::outcome& ended)
{
    const auto& said = ended.messages;
    std::string hint = "run pg_dump --schema-only by hand to see what it lacks";
    if (said.find("server version mismatch") != std::string::npos)
        hint = "install the client programs of the source's version or a newer one (postgresql-client-NN)";
    else if (said.find("permission denied") != std::string::npos)
        hint = "pg_dump locks every table it describes: give this user SELECT on them";
    throw failure(error_kind::refused, fmt::format("pg_dump cannot read the source's schema: {}", said),
                  hint);
}

} // namespace

task<schema_archive> schema_archive::dump(pg::dsn source, std::string snapshot,
                                          std::vector<model::table_name> unreadable)
{
    schema_archive archive(scratch_folder::make());
    const auto file = archive.folder_.path() / "schema.dump";
    auto command = dump_command(source, snapshot, unreadable, file);
    const auto dumped = co_await rt::run(std::move(command), dump_limit);
    if (!dumped.ok()) dump_failed(dumped);

    rt::command list;
    list.program = "pg_restore";
    list.args = {"--list", "--verbose", file.string()};
    const auto listed = co_await rt::run_checked(std::move(list), restore_limit);
    archive.entries_ = parse_toc(listed.output);
    co_return archive;
}

task<std::string> schema_archive::script(std::vector<int> ids, script_section section)
{
    if (ids.empty()) co_return "";
    auto key = std::make_pair(section, ids);
    const auto made = scripts_.find(key);
    if (made != scripts_.end()) co_return made->second;

    const std::set<int> wanted(ids.begin(), ids.end());
    const auto list = folder_.path() / "list";
    {
        std::ofstream out(list, std::ios::trunc);
        for (const auto& entry : entries_)
            if (wanted.count(entry.id) > 0) out << entry.line << '\n';
        if (!out.flush())
            throw failure(error_kind::failed, fmt::format("{} cannot be written", list.string()),
                          "free space there");
    }
    rt::command restore;
    restore.program = "pg_restore";
    restore.args = {"--no-owner",
                    section == script_section::pre_data ? "--section=pre-data" : "--section=post-data",
                    "--use-list=" + list.string(), "--file=-", (folder_.path() / "schema.dump").string()};
    const auto printed = co_await rt::run_checked(std::move(restore), restore_limit);
    auto text = clean_script(printed.output);
    if (text.find("-- Name: ") == std::string::npos) text.clear(); // settings only
    scripts_.emplace(std::move(key), text);
    co_return text;
}

} // namespace tropeiro::scheduler::plan

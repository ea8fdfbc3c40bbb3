#include "shared/base/error.hpp"
#include "shared/base/text.hpp"
#include "shared/rt/subprocess.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <optional>
#include <unistd.h>

namespace tropeiro::rt {
namespace {

struct packaged {
    std::string_view program;
    std::string_view package;
};

constexpr std::array packages{
    packaged{"pg_dump", "postgresql-client"},
    packaged{"pg_restore", "postgresql-client"},
    packaged{"pg_dumpall", "postgresql-client"},
    packaged{"psql", "postgresql-client"},
    packaged{"initdb", "postgresql"},
    packaged{"postgres", "postgresql"},
    packaged{"pg_ctl", "postgresql"},
    packaged{"redis-server", "redis-server"},
    packaged{"redis-cli", "redis-tools"},
    packaged{"runuser", "util-linux"},
    packaged{"setpriv", "util-linux"},
    packaged{"git", "git"},
};

// The search path of the environment that the child will get; configuration is read elsewhere.
std::string search_path()
{
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
        if (std::string_view(*entry).starts_with("PATH=")) return std::string(*entry).substr(5);
    return "/usr/local/bin:/usr/bin:/bin";
}

bool runs(const std::filesystem::path& file)
{
    std::error_code ignored;
    return std::filesystem::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
}

// Debian keeps the server's programs out of PATH, one folder a version: the newest that has it.
std::optional<std::string> in_postgresql_folders(const std::string& program)
{
    std::optional<std::string> best;
    int best_version = 0;
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", missing)) {
        const auto version = std::atoi(entry.path().filename().c_str());
        const auto file = entry.path() / "bin" / program;
        if (version <= best_version || !runs(file)) continue;
        best_version = version;
        best = file.string();
    }
    return best;
}

/// Debian's pg_wrapper is a Perl script that looks for the newest version, a tenth of a second each time.
bool only_looks_for_it(const std::string& file)
{
    std::error_code missing;
    return std::filesystem::canonical(file, missing).filename() == "pg_wrapper";
}

/// Of a program that PATH has as `file`: what is to run.
std::string program_behind(std::string file, const std::string& program)
{
    if (!only_looks_for_it(file)) return file;
    return in_postgresql_folders(program).value_or(std::move(file));
}

std::string how_to_get(const std::string& program)
{
    const auto name = std::filesystem::path(program).filename().string();
    for (const auto& row : packages)
        if (row.program == name) return fmt::format("on Debian: apt-get install {}", row.package);
    return "install it, or write its full path";
}

} // namespace

std::string find_program(const std::string& program)
{
    const bool is_path = program.find('/') != std::string::npos;
    if (is_path && runs(program)) return program;
    if (!is_path && !program.empty()) {
        for (const auto& folder : text::split_list(search_path(), ':'))
            if (runs(std::filesystem::path(folder) / program))
                return program_behind(folder + "/" + program, program);
        if (auto found = in_postgresql_folders(program)) return *found;
    }
    throw failure(error_kind::not_found, fmt::format("the program \"{}\" is not there", program),
                  how_to_get(program));
}

} // namespace tropeiro::rt

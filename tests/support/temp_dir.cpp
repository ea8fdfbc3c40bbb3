#include "tests/support/temp_dir.hpp"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <stdlib.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace tropeiro::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "tropeiro-test.";

bool owner_died(std::string_view name)
{
    name.remove_prefix(prefix.size());
    int pid = 0;
    const auto [end, ec] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (ec != std::errc() || end == name.data() || pid <= 0) return false;
    return ::kill(pid, 0) != 0 && errno == ESRCH;
}

void sweep(const fs::path& in)
{
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(in, ignored)) {
        const auto name = entry.path().filename().string();
        if (name.starts_with(prefix) && owner_died(name)) fs::remove_all(entry.path(), ignored);
    }
}

} // namespace

temp_dir::temp_dir()
{
    const auto base = fs::temp_directory_path();
    static const bool swept = (sweep(base), true);
    static_cast<void>(swept);
    auto pattern = (base / (std::string(prefix) + std::to_string(::getpid()) + ".XXXXXX")).string();
    if (!::mkdtemp(pattern.data()))
        throw std::system_error(errno, std::generic_category(), "mkdtemp " + pattern);
    path_ = pattern;
    fs::permissions(path_, fs::perms::all); // servers run as another user
}

temp_dir::~temp_dir()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

fs::path temp_dir::write(std::string_view name, std::string_view text) const
{
    const auto file = path_ / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
}

std::string read_file(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.string());
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

} // namespace tropeiro::test

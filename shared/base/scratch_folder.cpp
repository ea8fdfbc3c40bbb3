#include "shared/base/scratch_folder.hpp"

#include "shared/base/error.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fcntl.h>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace tropeiro {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view stem = "tropeiro-";
constexpr std::string_view random_part = "XXXXXX"; // as mkdtemp() wants it
constexpr auto owner_file = "owner";

bool may_be_ours(const fs::path& folder)
{
    const auto name = folder.filename().string();
    if (!name.starts_with(stem) || name.size() != stem.size() + random_part.size()) return false;
    struct stat found {};
    return ::lstat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == ::geteuid();
}

fs::path folder_for_all()
{
    std::error_code wrong;
    const auto where = fs::temp_directory_path(wrong);
    if (!wrong) return where;
    throw failure(error_kind::failed,
                  fmt::format("there is no folder for temporary files at TMPDIR: {}", wrong.message()),
                  "set TMPDIR to a folder that may be written");
}

/// One without the file is being made.
bool is_abandoned(const fs::path& folder)
{
    const int file = ::open((folder / owner_file).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return false;
    const bool free = ::flock(file, LOCK_EX | LOCK_NB) == 0;
    ::close(file);
    return free;
}

void remove_abandoned(const fs::path& where)
{
    std::error_code ignored;
    for (fs::directory_iterator at(where, ignored), end; at != end; at.increment(ignored)) {
        const auto folder = at->path();
        if (may_be_ours(folder) && is_abandoned(folder)) fs::remove_all(folder, ignored);
    }
}

/// The file gets its name when it is locked: nobody finds it free.
int lock_folder(const fs::path& folder)
{
    const auto file = folder / owner_file;
    const auto unnamed = folder / "owner.new";
    const int lock = ::open(unnamed.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (lock < 0) return lock;
    if (::flock(lock, LOCK_EX) == 0 && ::rename(unnamed.c_str(), file.c_str()) == 0) return lock;
    ::close(lock);
    return -1;
}

} // namespace

scratch_folder scratch_folder::make()
{
    std::error_code ignored;
    const auto where = folder_for_all();
    remove_abandoned(where);
    auto name = (where / fmt::format("{}{}", stem, random_part)).string();
    const bool made = ::mkdtemp(name.data()) != nullptr;
    const int lock = made ? lock_folder(name) : -1;
    if (lock < 0) {
        if (made) fs::remove_all(name, ignored);
        throw failure(error_kind::failed, fmt::format("no folder can be made in \"{}\"", where.string()),
                      "free space there, or set TMPDIR to a folder that may be written");
    }
    return scratch_folder(name, lock);
}

scratch_folder::scratch_folder(scratch_folder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1))
{
}

scratch_folder& scratch_folder::operator=(scratch_folder&& other) noexcept
{
    std::swap(path_, other.path_);
    std::swap(lock_, other.lock_);
    return *this;
}

scratch_folder::~scratch_folder()
{
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
    if (lock_ >= 0) ::close(lock_);
}

} // namespace tropeiro

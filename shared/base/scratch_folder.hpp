// A folder for this process alone (mode 0700) under the system's one for temporary files: tropeiro-XXXXXX. It goes with its
// owner. What a killed process has left is removed by the next one of the same user: a folder is somebody's as long as
// the lock on its file `owner` is held, which the kernel gives up with the process (flock(2)).
#pragma once

#include <filesystem>

namespace tropeiro {

class scratch_folder {
  public:
    /// Throws failure(failed) when there can be none.
    static scratch_folder make();

    scratch_folder(scratch_folder&& other) noexcept;
    scratch_folder& operator=(scratch_folder&& other) noexcept;
    ~scratch_folder();

    const std::filesystem::path& path() const { return path_; }

  private:
    scratch_folder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::filesystem::path path_; // empty when moved from
    int lock_ = -1;
};

} // namespace tropeiro

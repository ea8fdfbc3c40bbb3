// A folder that lives as long as its object. Its name carries our process id; folders of test processes that
// died without cleaning up are swept when the next one is made.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace tropeiro::test {

class temp_dir {
  public:
    temp_dir();
    temp_dir(const temp_dir&) = delete;
    temp_dir& operator=(const temp_dir&) = delete;
    ~temp_dir();

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
    std::string string() const { return path_.string(); }

    /// Writes a file in it and returns its path.
    std::filesystem::path write(std::string_view name, std::string_view text) const;

  private:
    std::filesystem::path path_;
};

/// The whole file; throws when it cannot be read.
std::string read_file(const std::filesystem::path& path);

} // namespace tropeiro::test

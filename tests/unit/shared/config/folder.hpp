// A folder for one test's workspace, removed with it.
#pragma once

#include "shared/config/load.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace tropeiro::config::test {

class folder {
  public:
    folder()
    {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        path_ = std::filesystem::temp_directory_path() /
                ("tropeiro_config_" + std::to_string(::getpid()) + "_" + test->name());
        std::filesystem::create_directories(path_);
    }
    ~folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    folder(const folder&) = delete;
    folder& operator=(const folder&) = delete;

    void write(const std::string& name, std::string_view text) const { std::ofstream(path_ / name) << text; }
    const std::filesystem::path& path() const { return path_; }

    load_request request() const
    {
        load_request out;
        out.directory = path_;
        return out;
    }

    /// The errors of loading, one a line, without the folder's path; empty when there are none.
    std::string faults(const load_request& wanted) const
    {
        const auto made = load(wanted);
        if (made) return {};
        EXPECT_EQ(made.error().kind, error_kind::usage);
        auto text = made.error().message;
        const auto prefix = path_.string() + "/";
        for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at))
            text.erase(at, prefix.size());
        return text;
    }

    std::string faults_of_file(std::string_view toml) const
    {
        write("tropeiro.toml", toml);
        return faults(request());
    }

  private:
    std::filesystem::path path_;
};

} // namespace tropeiro::config::test

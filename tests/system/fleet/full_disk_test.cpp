// The target's disk is full: a file system of a few megabytes, which the target server keeps one city on.
#include "tests/system/fleet/fleet.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sys/mount.h>
#include <system_error>

namespace tropeiro::test {
namespace {

constexpr std::uintmax_t megabyte = 1 << 20;

/// A tmpfs of a size that can be changed, mounted in a folder of ours while this lives.
class small_disk {
  public:
    small_disk()
    {
        must(mount("tmpfs", dir_.string().c_str(), "tmpfs", 0, options(1024 * megabyte).c_str()), "mount");
    }
    small_disk(const small_disk&) = delete;
    small_disk& operator=(const small_disk&) = delete;
    ~small_disk() { umount2(dir_.string().c_str(), MNT_DETACH); }

    /// From now on there is so much room for more.
    void leave_free(std::uintmax_t bytes)
    {
        const auto now = std::filesystem::space(dir_.string());
        const auto size = now.capacity - now.free + bytes;
        must(mount("tmpfs", dir_.string().c_str(), "tmpfs", MS_REMOUNT, options(size).c_str()), "remount");
    }

    /// A folder for a tablespace, which must belong to the server's user.
    std::string folder() const { return dir_.string(); }

  private:
    static std::string options(std::uintmax_t size) { return "mode=0777,size=" + std::to_string(size); }
    static void must(int result, const char* what)
    {
        if (result != 0) throw std::system_error(errno, std::generic_category(), what);
    }

    temp_dir dir_;
};

/// A database in a tablespace on that disk, as the city's administrator would have prepared it.
class cramped_city {
  public:
    explicit cramped_city(std::string database) : database_(std::move(database))
    {
        auto& target = servers().target;
        // The server makes the folder itself, so that it is its own.
        target.psql(fmt::format("COPY (SELECT 1) TO PROGRAM 'mkdir -m 700 {}/space'", disk.folder()));
        target.psql(fmt::format("CREATE TABLESPACE cramped LOCATION '{}/space'", disk.folder()));
        target.psql(fmt::format("CREATE DATABASE \"{}\" TEMPLATE template0 TABLESPACE cramped", database_));
    }
    cramped_city(const cramped_city&) = delete;
    cramped_city& operator=(const cramped_city&) = delete;
    ~cramped_city()
    {
        disk.leave_free(100 * megabyte);
        servers().target.psql(fmt::format("DROP DATABASE \"{}\" WITH (FORCE)", database_));
        servers().target.psql("DROP TABLESPACE cramped");
    }

    small_disk disk;

  private:
    std::string database_;
};

TEST(trouble, a_full_disk_on_the_target_is_named_and_the_rerun_completes_what_is_missing)
{
    fleet_options options;
    options.extra_toml = "tries = 2\n"; // of [limits], the example's last section: no long wait for more room
    fleet f("disk", options);
    const std::string city = "recife";
    cramped_city prepared(f.source_database() + "_" + city);
    prepared.disk.leave_free(2 * megabyte); // the schema's empty tables, and a part of the rows

    const auto full = f.embedded({"tenant", "provision", city, "--rows", "own"});
    prepared.disk.leave_free(megabyte); // a session may want to write a file of its own before it looks
    EXPECT_EQ(full.exit, 3) << full.out << full.err;
    EXPECT_NE((full.out + full.err).find("No space left on device"), std::string::npos)
        << full.out << full.err;
    EXPECT_NE((full.out + full.err).find(f.source_database() + "_" + city), std::string::npos)
        << "the database is named: " << full.out << full.err;
    EXPECT_NE((full.out + full.err).find("make room"), std::string::npos) << full.out << full.err;
    const auto published = servers().source.psql(
        fmt::format("SELECT db_url IS NULL FROM public.cities WHERE slug = '{}'", city), f.source_database());
    EXPECT_EQ(published, "t\n") << "a city that is not complete is not published";

    const auto told = servers().source.psql(
        "SELECT coalesce(sum(rows), 0) FROM tropeiro.job WHERE kind = 'copy'", f.source_database());
    EXPECT_EQ(std::stoll(told), f.rows_committed({city})) << "the outcome shows the rows that did land";

    prepared.disk.leave_free(100 * megabyte);
    const auto before = f.rows_committed({city});
    const auto again = f.embedded({"tenant", "provision", city, "--rows", "own"});
    EXPECT_EQ(again.exit, 0) << again.out << again.err;
    EXPECT_EQ(f.differences(city), "");
    EXPECT_GE(f.rows_committed({city}), before);
}

} // namespace
} // namespace tropeiro::test

// A whole fleet as processes: a source and a target server, Redis, `tropeiro serve`, workers, and the command line.
// The servers and the loaded Conecta source are made once for the executable; every test works on its own copy of
// the source, which is the control database too, as in the example.
#pragma once

#include "tests/support/child_process.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tropeiro::test {

/// The servers that every test of the executable shares.
struct common_servers {
    postgres_server source;
    postgres_server target;
    common_servers();
};
common_servers& servers();

struct fleet_options {
    std::int64_t batch_rows = 500;   // small: many checkpoints, so that a kill falls between two
    std::string part_bytes = "64kB"; // small: tables in several parts
    std::string extra_toml;
};

class fleet {
  public:
    explicit fleet(const std::string& name, fleet_options options = {});
    ~fleet();

    // --- processes ---
    void start_scheduler();
    void kill_scheduler();
    child_process& scheduler() { return *scheduler_; }
    child_process& add_worker(std::chrono::milliseconds lease = std::chrono::seconds(3));
    /// SIGKILL, and forgets it.
    void kill_worker(child_process& worker);
    std::list<child_process>& workers() { return workers_; }
    redis_server& redis() { return redis_; }

    // --- the command line ---
    /// Against the scheduler process. `env` on top of the fleet's.
    finished cli(std::vector<std::string> args, std::map<std::string, std::string> env = {});
    /// The same with --json; throws with everything it said unless it exits 0.
    boost::json::value ask(std::vector<std::string> args);
    /// Everything in one process, private Redis and all. `env` on top of the fleet's.
    finished embedded(std::vector<std::string> args, std::map<std::string, std::string> env = {});

    // --- rollouts ---
    /// Starts one for these cities and returns its number at once.
    std::int64_t start_rollout(const std::string& cities);
    /// As the control database has it: asking the command every moment would take the processors from the fleet.
    std::string state(std::int64_t rollout);
    /// Waits until it is over; throws with its jobs' errors unless it ended as `wanted`.
    void wait_for(std::int64_t rollout, const std::string& wanted = "done",
                  std::chrono::seconds limit = std::chrono::seconds(400));
    /// Rows that the ledgers of these cities count so far.
    std::int64_t rows_committed(const std::vector<std::string>& cities);
    /// Waits until that number is larger than `rows`, or has not moved for a while because every row is there
    /// already: a pace for what a test does next. That the rollout ends is wait_for()'s to find out.
    void wait_for_rows(const std::vector<std::string>& cities, std::int64_t rows);

    // --- proofs ---
    /// Compares every module table of the city with the source, by count and by hash of the content. One line per
    /// difference; empty when there is none. The legacy city has rows without a city.
    std::string differences(const std::string& city);
    /// Rows that were inserted into the city's tables, those of transactions that were rolled back included.
    std::int64_t rows_inserted(const std::string& city);
    std::int64_t rows_present(const std::string& city);
    /// What psql says, without blanks at its ends. The source is the control database too.
    std::string in_source(const std::string& sql) const;
    std::string in_city(const std::string& city, const std::string& sql) const;

    const std::string& source_database() const { return source_; }
    static std::string database_of(const std::string& city);
    std::map<std::string, std::string> environment() const;
    const temp_dir& directory() const { return dir_; }

  private:
    std::vector<std::string> command(std::vector<std::string> args) const;

    std::string source_;
    temp_dir dir_;
    redis_server redis_;
    int http_port_;
    std::unique_ptr<child_process> scheduler_;
    std::list<child_process> workers_;
};

/// Where an executable of the build is, and a file of the source.
std::string program(const std::string& name);
std::string project_file(const std::string& path);

/// By table: "rows md5-of-the-content", "0" where there are none, of those that meet the condition.
std::map<std::string, std::string> hashes_of(postgres_server& server, const std::string& database,
                                             const std::vector<std::string>& tables,
                                             const std::string& condition);

/// The 30 tables of the example's modules.
const std::vector<std::string>& module_tables();

} // namespace tropeiro::test

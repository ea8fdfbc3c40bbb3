// The program `tropeiro`: the command line, and with `tropeiro serve` the scheduler.
#include "scheduler/cli/app.hpp"

int main(int argc, char** argv)
{
    const std::vector<std::string> words(argv + 1, argv + argc);
    return tropeiro::scheduler::cli::run_program(words, tropeiro::config::process_environment());
}

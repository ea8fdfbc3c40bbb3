// The program `tropeiro`: the command line, and with `tropeiro serve` the scheduler.
#include "scheduler/cli/app.hpp"

#include <iostream>

int main(int argc, char** argv)
{
    const std::vector<std::string> words(argv + 1, argv + argc);
    const int code = tropeiro::scheduler::cli::run_program(words, tropeiro::config::process_environment());
    if (std::cout.flush()) return code;
    std::cerr
        << "error: the output could not be written whole\nhint: where it goes to may be full or closed\n";
    return code == 0 ? 1 : code;
}

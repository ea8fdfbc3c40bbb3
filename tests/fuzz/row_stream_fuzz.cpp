// libFuzzer's way into tests/fuzz/row_stream.hpp.
#include "tests/fuzz/row_stream.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string bytes(data, data + size);
    tropeiro::test::check_stream(tropeiro::test::choices(bytes));
    return 0;
}

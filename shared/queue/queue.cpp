#include "shared/queue/queue.hpp"

#include "shared/base/text.hpp"

namespace tropeiro::queue {

std::string lane_name(std::string_view source, std::string_view target)
{
    std::string lane;
    if (!source.empty()) lane = "s:" + text::replace_all(std::string(source), "|", "_");
    if (target.empty()) return lane;
    if (!lane.empty()) lane += '|';
    return lane + "t:" + text::replace_all(std::string(target), "|", "_");
}

} // namespace tropeiro::queue

#include "shared/redis/command.hpp"

#include <hiredis/hiredis.h>

#include <memory>
#include <new>

namespace tropeiro::redis {

void command::write_to(std::string& out) const
{
    std::vector<const char*> words;
    std::vector<std::size_t> lengths;
    words.reserve(words_.size());
    lengths.reserve(words_.size());
    for (const auto& word : words_) {
        words.push_back(word.data());
        lengths.push_back(word.size());
    }
    char* text = nullptr;
    const auto length =
        redisFormatCommandArgv(&text, static_cast<int>(words.size()), words.data(), lengths.data());
    if (length < 0) throw std::bad_alloc();
    const std::unique_ptr<char, decltype(&redisFreeCommand)> owner(text, &redisFreeCommand);
    out.append(text, static_cast<std::size_t>(length));
}

} // namespace tropeiro::redis

#include "shared/redis/reader.hpp"

#include <fmt/format.h>
#include <hiredis/hiredis.h>

#include <new>
#include <utility>

namespace tropeiro::redis {
namespace {

reply to_reply(const redisReply& from, const std::string& where)
{
    switch (from.type) {
    case REDIS_REPLY_NIL:
        return reply();
    case REDIS_REPLY_INTEGER:
        return reply(std::int64_t{from.integer});
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        return reply(std::string(from.str, static_cast<std::size_t>(from.len)));
    case REDIS_REPLY_ERROR:
        return reply(reply::error_text{std::string(from.str, static_cast<std::size_t>(from.len)), where});
    case REDIS_REPLY_ARRAY: {
        reply::array elements;
        elements.reserve(from.elements);
        for (std::size_t i = 0; i < from.elements; ++i)
            elements.push_back(to_reply(*from.element[i], where));
        return reply(std::move(elements));
    }
    default:
        throw bad_reply(fmt::format("redis at {} sent a reply of unknown type {}", where, from.type));
    }
}

} // namespace

void reader::closer::operator()(redisReader* reader) const { redisReaderFree(reader); }

reader::reader(std::string where) : reader_(redisReaderCreate()), where_(std::move(where))
{
    if (!reader_) throw std::bad_alloc();
}

void reader::feed(std::string_view bytes)
{
    if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK)
        throw bad_reply(fmt::format("redis at {}: {}", where_, reader_->errstr));
}

std::optional<reply> reader::next()
{
    void* found = nullptr;
    if (redisReaderGetReply(reader_.get(), &found) != REDIS_OK)
        throw bad_reply(fmt::format("redis at {} does not speak its protocol: {}", where_, reader_->errstr));
    if (!found) return std::nullopt;
    const std::unique_ptr<void, decltype(&freeReplyObject)> owner(found, &freeReplyObject);
    return to_reply(*static_cast<const redisReply*>(found), where_);
}

} // namespace tropeiro::redis

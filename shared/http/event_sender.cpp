#include "shared/http/event_sender.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

namespace tropeiro::http {

task<> event_sender::begin(const response& answer, unsigned version)
{
    empty_response head;
    put_head(head, answer, version, false);
    head.set(beast::http::field::cache_control, "no-store");
    head.set("X-Accel-Buffering", "no"); // nginx would hold events back
    if (chunked_) head.chunked(true);
    beast::http::response_serializer<beast::http::empty_body> serializer(head);
    to_.expires_after(deadline_);
    co_await beast::http::async_write_header(to_, serializer, asio::use_awaitable);
}

task<> event_sender::send(std::string name, std::string data, std::string id)
{
    auto text = format_event(sse_event{std::move(name), std::move(data), std::move(id)});
    co_await write(std::move(text));
}

task<> event_sender::ping()
{
    std::string comment = ":\n\n";
    co_await write(std::move(comment));
}

task<> event_sender::end()
{
    if (!chunked_ || in_the_middle_) co_return;
    const std::string last = "0\r\n\r\n";
    to_.expires_after(deadline_);
    co_await asio::async_write(to_, asio::buffer(last), asio::use_awaitable);
}

task<> event_sender::write(std::string bytes)
{
    if (chunked_) bytes = fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
    to_.expires_after(deadline_);
    in_the_middle_ = true;
    co_await asio::async_write(to_, asio::buffer(bytes), asio::use_awaitable);
    in_the_middle_ = false;
}

} // namespace tropeiro::http

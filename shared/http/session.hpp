// One connection of the server, from accept to close. Internal to the module; lives on the server's thread.
#pragma once

#include "shared/http/server.hpp"
#include "shared/http/wire.hpp"
#include "shared/rt/task_group.hpp"

#include <boost/beast/http/parser.hpp>

#include <set>

namespace tropeiro::http {

class session;

/// What all sessions of one server share.
struct serving {
    server_options options;
    router routes;
    bool stopping = false;
    std::set<session*> open;
};

/// "127.0.0.1:40112".
std::string peer_of(const asio::ip::tcp::socket& socket);

class session {
  public:
    session(std::shared_ptr<serving> shared, asio::ip::tcp::socket socket);
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    /// Serves requests until one side has enough. Throws what the network throws.
    task<> run();

    /// The server stops: an idle session and a stream of events end now, a request under way is answered
    /// first.
    void wind_down();

  private:
    using parser = beast::http::request_parser<beast::http::string_body>;

    task<bool> await_request();
    task<bool> serve_one();
    task<std::optional<string_request>> read_request();
    task<> continue_if_expected(const string_request& head);
    task<bool> refuse(boost::system::error_code why);
    task<response> answer(request asked);
    task<> write(response answer, unsigned version, bool head_only, bool keep);
    task<> write_events(response answer, unsigned version);
    task<> close();

    std::shared_ptr<serving> shared_;
    beast::tcp_stream stream_;
    beast::flat_buffer buffer_;
    std::string peer_;
    bool idle_ = false;
    bool unread_ = false; // a request was refused before all of it was read
    rt::task_group* streaming_ = nullptr;
};

} // namespace tropeiro::http

// The same over TLS: records of up to 16 kB that libpq reads in pieces must not leave a wait without an end.
#include "shared/pg/copy_in.hpp"
#include "shared/pg/copy_out.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <type_traits>

namespace tropeiro::pg {
namespace {

using test::run;

using asio::ip::tcp;
using tls_stream = asio::ssl::stream<tcp::socket>;

// Whatever comes out of `from` goes into `into`, gathered to pieces as large as a TLS record may be: 16 kB.
template <class From, class Into>
task<> relay(From& from, Into& into)
{
    std::string piece(16384, '\0');
    while (true) {
        boost::system::error_code ended;
        auto token = asio::redirect_error(asio::use_awaitable, ended);
        auto got = co_await from.async_read_some(asio::buffer(piece), token);
        if (ended) co_return;
        co_await test::pause(
            std::chrono::milliseconds(1)); // until the rest of the answer stands in the socket
        const auto more = std::min(from.lowest_layer().available(), piece.size() - got);
        if constexpr (std::is_same_v<From, tcp::socket>)
            if (more > 0) got += from.read_some(asio::buffer(piece.data() + got, more));
        const auto bytes = asio::buffer(piece.data(), got);
        co_await asio::async_write(into, bytes, asio::use_awaitable);
    }
}

// Between a client with TLS and a server without, as hosted databases have it. PostgreSQL itself sends
// records of 8 kB at most, which libpq always reads whole.
task<> terminate_tls(tcp::acceptor& listener, asio::ssl::context& certificate, tcp::endpoint server)
{
    auto client = co_await listener.async_accept(asio::use_awaitable);
    std::array<char, 8> request{};
    client.set_option(tcp::no_delay(true));
    co_await asio::async_read(client, asio::buffer(request), asio::use_awaitable);
    co_await asio::async_write(client, asio::buffer("S", 1), asio::use_awaitable);
    tls_stream outside(std::move(client), certificate);
    co_await outside.async_handshake(tls_stream::server, asio::use_awaitable);
    auto executor = co_await asio::this_coro::executor;
    tcp::socket inside(executor);
    co_await inside.async_connect(server, asio::use_awaitable);
    inside.set_option(tcp::no_delay(true));
    bool gone = false;
    asio::co_spawn(executor, relay(outside, inside), [&](std::exception_ptr) { // the client leaves first
        inside.close();
        gone = true;
    });
    co_await relay(inside, outside);
    const auto both_ended = [&] { return gone; };
    co_await test::until(both_ended);
}

// A server with a certificate of its own making.
class tls : public testing::Test {
  protected:
    tls()
    {
        test::spawn_options options;
        options.as_user = "postgres"; // the key must belong to the server's user
        const auto made =
            test::run_program({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                               "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                               key_, "-out", certificate_},
                              options);
        if (made.exit != 0) throw std::runtime_error("openssl: " + made.err);
        server_.emplace(
            std::vector<std::string>{"ssl=on", "ssl_cert_file=" + certificate_, "ssl_key_file=" + key_});
    }

    dsn where(const std::string& mode) const
    {
        auto d = server_->dsn();
        d.host = "localhost";
        d.options["sslmode"] = mode;
        d.options["sslrootcert"] = certificate_;
        return d;
    }

    test::temp_dir dir_;
    std::string key_ = dir_ / "server.key";
    std::string certificate_ = dir_ / "server.crt";
    std::optional<test::postgres_server> server_;
};

TEST_F(tls, the_certificate_is_checked_against_the_name)
{
    run([&]() -> task<> {
        auto c = co_await connection::open(where("verify-full"));
        const auto answer = co_await c.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
        CO_ASSERT_TRUE(answer.one().get<bool>(0));
        auto wrong = where("verify-full");
        wrong.host = "127.0.0.1";
        std::string state;
        try {
            auto never = co_await connection::open(wrong);
        } catch (const error& e) {
            state = e.sqlstate();
        }
        CO_ASSERT_EQ(state, state_no_connection);
    });
}

TEST_F(tls, answers_of_every_size_arrive)
{
    run([&]() -> task<> {
        auto c = co_await connection::open(where("require"));
        c.set_timeout(
            std::chrono::seconds(10)); // an answer that stays in OpenSSL's buffer would run into this
        for (int size = 7000; size < 40000; size += 97) {
            const auto answer = co_await c.query("SELECT repeat('x', $1::int)", size);
            CO_ASSERT_EQ(answer.one().get<std::string_view>(0).size(), static_cast<std::size_t>(size));
        }
    });
}

TEST_F(tls, records_larger_than_libpq_s_room_are_read_to_their_end)
{
    run([&]() -> task<> {
        auto executor = co_await asio::this_coro::executor;
        const tcp::endpoint any(asio::ip::address_v4::loopback(), 0);
        tcp::acceptor listener(executor, any);
        asio::ssl::context certificate(asio::ssl::context::tls_server);
        certificate.use_certificate_chain_file(certificate_);
        certificate.use_private_key_file(key_, asio::ssl::context::pem);
        const auto port = static_cast<unsigned short>(test::shared_postgres().port());
        const tcp::endpoint server(asio::ip::address_v4::loopback(), port);
        auto where = test::shared_postgres().dsn();
        where.port = std::to_string(listener.local_endpoint().port());
        where.options["sslmode"] = "require";
        // Five rows in two records. The first record fills libpq's 16 kB; half a row of it stays, so that of
        // the second only a part fits. The rest, and with it the end of the answer, is in OpenSSL then, no
        // longer in the socket. A new connection each time, because libpq's buffer grows.
        for (const int size : {6350, 6400, 6450}) {
            bool ended = false;
            asio::co_spawn(executor, terminate_tls(listener, certificate, server),
                           [&](std::exception_ptr) { ended = true; });
            {
                auto c = co_await connection::open(where);
                c.set_timeout(std::chrono::seconds(10));
                const auto answer =
                    co_await c.query("SELECT repeat('x', $1::int) FROM generate_series(1, 5)", size);
                CO_ASSERT_EQ(answer.size(), 5U);
            }
            const auto proxy_ended = [&] { return ended; };
            co_await test::until(proxy_ended);
        }
    });
}

TEST_F(tls, copy_goes_both_ways)
{
    run([&]() -> task<> {
        auto source = co_await connection::open(where("require"));
        auto target = co_await connection::open(where("require"));
        co_await target.execute("CREATE TEMP TABLE t (i int, s text)");
        auto reader =
            co_await copy_out::open(source, "COPY (SELECT i, repeat('x', i % 30000) FROM "
                                            "generate_series(1, 5000) i) TO STDOUT (FORMAT binary)");
        auto writer = co_await copy_in::open(target, "COPY t FROM STDIN (FORMAT binary)");
        std::string_view row;
        while (true) {
            const bool more = co_await reader.next(row);
            if (!more) break;
            co_await writer.write(row);
        }
        const auto read = co_await reader.finish();
        const auto written = co_await writer.finish();
        CO_ASSERT_EQ(read, 5000);
        CO_ASSERT_EQ(written, 5000);
    });
}

} // namespace
} // namespace tropeiro::pg

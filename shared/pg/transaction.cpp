#include "shared/pg/transaction.hpp"

#include "shared/pg/session.hpp"

#include <fmt/format.h>

#include <utility>

namespace tropeiro::pg {

transaction::transaction(std::shared_ptr<session> owner) : session_(std::move(owner))
{
    session_->set_owned(true);
}

transaction::transaction(transaction&& other) noexcept : session_(std::exchange(other.session_, nullptr)) {}

transaction::~transaction()
{
    if (!session_) return;
    session_->mark_broken();
    session_->set_owned(false);
}

task<transaction> transaction::begin(connection& on, std::string_view mode)
{
    return begin(on, mode, transaction_settings());
}

task<transaction> transaction::begin(connection& on, std::string_view mode, transaction_settings settings)
{
    const auto session = on.internals();
    if (session->alive() && !session->busy() && PQtransactionStatus(session->raw()) != PQTRANS_IDLE)
        throw failure(error_kind::failed, session->where().where() + ": a transaction is open already");
    auto statements = fmt::format("BEGIN {}", mode);
    if (!settings.waits_for_disk) statements += "; SET LOCAL synchronous_commit = off";
    if (settings.lock_timeout.count() > 0)
        statements += fmt::format("; SET LOCAL lock_timeout = {}", settings.lock_timeout.count());
    const auto answer = co_await run_simple(session, std::move(statements));
    co_return transaction(session);
}

task<> transaction::commit()
{
    const auto session = std::exchange(session_, nullptr);
    if (!session) throw failure(error_kind::failed, "commit of a transaction that has ended");
    session->set_owned(false); // whatever comes now, it is over
    rows answer;
    server_message said;
    try {
        answer = co_await run_simple(session, "COMMIT");
        if (answer.command() != "ROLLBACK") co_return;
    } catch (const error& e) {
        if (session->alive()) throw; // a deferred constraint, a serialization failure: rolled back, known
        throw commit_unknown(e);
    }
    said.sqlstate = "25P02";
    said.message = "the transaction had failed before, so COMMIT rolled it back";
    throw error(std::move(said), session->where().where());
}

task<> transaction::rollback()
{
    const auto session = std::exchange(session_, nullptr);
    if (!session) throw failure(error_kind::failed, "rollback of a transaction that has ended");
    session->set_owned(false);
    if (!session->alive()) co_return; // the server has rolled back already, or will when it notices
    const auto answer = co_await run_simple(session, "ROLLBACK");
}

} // namespace tropeiro::pg

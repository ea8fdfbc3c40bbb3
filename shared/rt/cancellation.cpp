#include "shared/rt/cancellation.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/channel_error.hpp>
#include <boost/system/system_error.hpp>

namespace tropeiro::rt {

bool is_cancelled(const std::exception_ptr& thrown)
{
    if (!thrown) return false;
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& e) {
        return e.code() == asio::error::operation_aborted ||
               e.code() == asio::experimental::error::channel_cancelled;
    } catch (...) {
        return false;
    }
}

} // namespace tropeiro::rt

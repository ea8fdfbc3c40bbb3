// From a request to an answer: site, token, route, handler. The one catch of a session stands in its .cpp.
#pragma once

#include "shared/http/auth.hpp"
#include "shared/http/router.hpp"

namespace tropeiro::http {

/// Never throws; what a handler throws becomes an error answer. `routes` outlives the call.
task<response> dispatch(const router& routes, const secret& token, request asked, std::string peer);

} // namespace tropeiro::http

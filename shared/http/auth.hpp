// The bearer token of the HTTP interface. Comparison takes the same time wherever the first difference is.
#pragma once

#include "shared/base/secret.hpp"
#include "shared/http/message.hpp"

#include <optional>

namespace tropeiro::http {

/// True when the request carries the token: `Authorization: Bearer ...`, or the cookie `tropeiro_token`,
/// since a browser's EventSource cannot set headers. An empty token admits everybody.
bool is_authorized(const request& asked, const secret& token);

/// Puts the token into the request's header; an empty one is left out.
void authorize(request& asked, const secret& token);

/// True when a browser sent the request for a page of another site (its Origin is not our Host).
bool is_cross_site(const request& asked);

} // namespace tropeiro::http

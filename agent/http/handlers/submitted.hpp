#pragma once

#include "http/route.hpp"

namespace leadsman::http::handlers {

// Hands a request, already allowed, to the service: 201 for a new deployment, 200 for one attached to, 409 when the same
// key came with other content.
task<result<response>> submit(call& c, model::deployment_request wanted);

// 201 with a new deployment, 200 with one that was attached to; Location names it.
response answer_of(const store::admitted& admitted);

}  // namespace leadsman::http::handlers

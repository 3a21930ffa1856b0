#pragma once

#include <string>
#include <string_view>

#include "plugins/sdk/refusal.hpp"

namespace leadsman::prometheus {

using sdk::json;

// What Prometheus answered, as the result of `metric.query`. Throws failed:
//   invalid_query  it does not understand the query, or cannot execute it: with its words
//   timed_out      the query took too long for it
//   unreachable    it, or a proxy in front of it, cannot answer now
//   rejected       credentials, a redirect, or what answers is no Prometheus
// Nothing of an answer that is not in its format is passed on: the address is the user's choice, not its content ours to tell.
json read_reply(int status, std::string_view body);

}  // namespace leadsman::prometheus

#pragma once

#include "http/query.hpp"
#include "wire/health.hpp"

namespace leadsman::http {

// `window` (a duration, 1s to 24h) and `from` (app, envoy) of a query that is about metrics. Errors: invalid_input with the key.
result<wire::metric_options> read_metric_options(query_reader& query);

}  // namespace leadsman::http

#pragma once

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "model/chart_reference.hpp"

namespace leadsman::wire {

// The body of POST /v1/charts: {"chart": "oci://host/path/name:1.2.3"} or {"chart": "shop@1.2.3", "repo": "https://…"}.
// Errors: invalid_input with the field's path.
result<model::chart_reference> parse_chart_request(const nlohmann::json& body);

// The body that parse_chart_request reads.
nlohmann::json chart_request_json(const model::chart_reference& chart);

// The answer: {"digest", "name", "version", "manifest_digest"}, the last one only of a registry's chart.
nlohmann::json fetched_chart_json(const model::fetched_chart& chart);
result<model::fetched_chart> parse_fetched_chart(const nlohmann::json& value);

}  // namespace leadsman::wire

#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "document/reader.hpp"
#include "model/gate.hpp"

namespace leadsman::wire {

struct quantity {
  double value = 0;  // a share as 0 to 1, a time in seconds
  model::unit unit = model::unit::number;
};

// 3, "3", "1%" or "250ms". Errors: invalid_input, without a field.
result<quantity> parse_quantity(const nlohmann::json& value);

// As parse_quantity reads it: 3, "1%", "250ms".
nlohmann::json quantity_json(double value, model::unit unit);

// A bound that has to be of that unit; absent when it is not given. Rejects what is ambiguous (1 for a share, 250 for a
// time) and shares that are none (101%).
std::optional<double> read_bound(document::object_reader& in, std::string_view key, model::unit expected);

// As `read_bound`, for one that may be switched off with `false` or `off`.
std::optional<double> read_bound_or_off(document::object_reader& in, std::string_view key, model::unit expected, std::optional<double> fallback);

}  // namespace leadsman::wire

#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "document/reader.hpp"
#include "model/canary.hpp"
#include "wire/traffic_match.hpp"

namespace leadsman::wire {

using pause_time = std::optional<std::chrono::milliseconds>;  // absent: until it is promoted by hand

// What a step has unless it says something itself, and who users are.
struct step_defaults {
  pause_time pause = std::chrono::milliseconds(0);
  std::vector<model::gate> gates{model::helm_test_gate{}};
  std::optional<user_mark> user{};
};

// The `pause` of a canary or of one of its steps: a time, or "until-promoted".
pause_time read_pause(document::object_reader& in, pause_time fallback);

// `after` or `done-after`: a time from the first weight on; absent: not by time.
std::optional<std::chrono::milliseconds> read_after(document::object_reader& in, std::string_view key);

// What stands below `steps:`; null is the usual list. Weights ascend. Errors: invalid_input with the field.
result<std::vector<model::canary_step>> read_steps(const nlohmann::json& list, const std::string& path, const step_defaults& defaults);

// In a list by time every weight says when it comes, but the first, from which time is counted; nothing else is waited for.
// `value` is the canary as it was written. Errors: invalid_input with the field.
result<void> check_timeline(const model::canary& c, const nlohmann::json& value, const std::string& path);

// What read_steps reads as the same steps.
nlohmann::json steps_json(const model::canary& c);

}  // namespace leadsman::wire

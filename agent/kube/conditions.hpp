#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "kube/object_ref.hpp"

namespace leadsman::kube {

// The condition of that type; null when there is none.
const json& condition(const json& object, std::string_view type);
bool is_true(const json& condition);

std::optional<wall_time> time_at(const json& object, std::string_view pointer);

}  // namespace leadsman::kube

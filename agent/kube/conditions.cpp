#include "kube/conditions.hpp"

namespace leadsman::kube {

const json& condition(const json& object, std::string_view type) {
  static const json k_none;
  for (const json& c : at(object, "/status/conditions")) {
    if (text_at(c, "/type") == type) return c;
  }
  return k_none;
}

bool is_true(const json& condition) { return text_at(condition, "/status") == "True"; }

std::optional<wall_time> time_at(const json& object, std::string_view pointer) {
  const std::string text = text_at(object, pointer);
  if (text.empty()) return std::nullopt;
  const auto parsed = parse_rfc3339(text);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

}  // namespace leadsman::kube

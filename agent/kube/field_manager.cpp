#include "kube/field_manager.hpp"

namespace leadsman::kube {

std::string last_writer(std::span<const json> objects, const std::function<bool(const json& entry)>& counts) {
  std::string writer = "somebody", newest;
  for (const json& object : objects) {
    for (const json& entry : at(object, "/metadata/managedFields")) {
      const std::string time = text_at(entry, "/time"), who = text_at(entry, "/manager");
      if (who == k_field_manager || who.empty() || time < newest || !counts(entry)) continue;
      newest = time;
      writer = who;
    }
  }
  return writer;
}

}  // namespace leadsman::kube

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "kube/object_ref.hpp"

namespace leadsman::kube {

// How a kind is addressed.
struct resource_kind {
  std::string kind;
  std::string plural;
  bool namespaced = true;
};

// An APIResourceList without its subresources. Errors: invalid_input.
result<std::vector<resource_kind>> parse_resource_list(const json& list);

// What discovery has answered so far, per group and version.
class discovery_cache {
 public:
  bool knows(std::string_view api_version) const;
  std::optional<resource_kind> find(std::string_view api_version, std::string_view kind) const;
  std::vector<std::string> kinds(std::string_view api_version) const;  // for suggestions
  void put(std::string api_version, std::vector<resource_kind> kinds);

 private:
  std::map<std::string, std::vector<resource_kind>, std::less<>> groups_;
};

// "/api/v1" or "/apis/apps/v1"
std::string group_path(std::string_view api_version);

// "/apis/apps/v1/namespaces/shop/deployments/web"; without a name the collection.
std::string object_path(const object_ref& ref, const resource_kind& kind);

}  // namespace leadsman::kube

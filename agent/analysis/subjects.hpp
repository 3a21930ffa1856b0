#pragma once

#include <string>
#include <vector>

namespace leadsman::analysis {

// One of the sides that are compared.
struct subject {
  std::string service;
  // Regular expression that fits the names of its pods and no others. Empty, as long as there are none: what a Deployment of
  // the Service's name would call them, `shop-6f7d…-x2k9p` but not `shop-canary-…`.
  std::string pods{};
};

// What the variables of a query stand for. A rolling release has one Service: it is canary and stable alike.
struct subjects {
  subject canary;
  subject stable;
  std::string name_space;
  std::string release;
  std::string pods_before{};  // of the canary's Service before the upgrade
};

enum class side { canary,
                  stable,
                  before };  // the canary's Service, before the upgrade

// A regular expression that fits exactly these names.
std::string pods_named(const std::vector<std::string>& names);

}  // namespace leadsman::analysis

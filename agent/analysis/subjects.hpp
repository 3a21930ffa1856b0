#pragma once

#include <string>
#include <vector>

namespace leadsman::analysis {

// One of the two sides that are compared.
struct subject {
  std::string service;
  // Regular expression that fits the names of its pods and no others. Empty: what a Deployment of the Service's name calls
  // them, `shop-6f7d…-x2k9p` but not `shop-canary-…`.
  std::string pods{};
};

// What the variables of a query stand for.
struct subjects {
  subject canary;
  subject stable;
  std::string name_space;
  std::string release;
};

enum class side { canary,
                  stable };

// A regular expression that fits exactly these names.
std::string pods_named(const std::vector<std::string>& names);

}  // namespace leadsman::analysis

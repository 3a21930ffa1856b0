#include "analysis/subjects.hpp"

#include "base/text.hpp"

namespace leadsman::analysis {

std::string pods_named(const std::vector<std::string>& names) {
  // One that fits no pod; an empty one would stand for the pods of a Deployment.
  return names.empty() ? "-" : join(names, "|");
}

}  // namespace leadsman::analysis

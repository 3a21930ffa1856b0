#include "runner/clusters.hpp"

#include "base/text.hpp"

namespace leadsman::runner {

result<cluster*> clusters::find(const std::string& name) const {
  if (const auto at = by_name_.find(name); at != by_name_.end()) return at->second.get();
  std::vector<std::string> known;
  for (const auto& [known_name, ignored] : by_name_) known.push_back(known_name);
  return fail(errc::not_found, "this agent knows no cluster '" + truncate(name, 80) + "'; it knows " + one_of(known),
              "release.cluster");
}

}  // namespace leadsman::runner

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "plugin/manifest.hpp"

namespace leadsman::plugin {

// One line of the list that `leadsman plugin check` prints.
struct finding {
  bool good = false;
  std::string what;  // "answers an unknown method with -32601"
  std::string detail{};  // what was found instead, or what is worth knowing; untrusted text is cut
};

struct report {
  std::vector<finding> findings;
  std::string digest{};  // of the folder; empty when there is none

  bool good() const;
};

// The conformance suite of docs/plugins.md, run against the plugin in `folder`: starts it several times, each time with the
// clean environment that the agent gives it. What follows from a failed part is left out. Never fails by itself.
task<report> check_plugin(std::filesystem::path folder);

std::string to_text(const report& found, const std::filesystem::path& folder);

}  // namespace leadsman::plugin

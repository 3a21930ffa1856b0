#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadsman::helm {

struct lint_finding {
  std::string severity;  // "ERROR", "WARNING", "INFO"
  std::string source;    // "templates/service.yaml", "values.yaml"; may be empty
  std::string message;   // may have several lines
};

// What `helm lint` says on stdout. Pure.
std::vector<lint_finding> parse_lint_output(std::string_view output);

}  // namespace leadsman::helm

#include "action/environment.hpp"

#include <unistd.h>

namespace leadsman::action {

environment environment::of_this_process() {
  std::map<std::string, std::string, std::less<>> variables;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment(std::move(variables));
}

std::string environment::get(std::string_view name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? "" : found->second;
}

}  // namespace leadsman::action

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "action/environment.hpp"
#include "base/error.hpp"

namespace leadsman::action {

// The pull request that a workflow run is about.
struct pull_request {
  std::string repository;  // "acme/shop"
  int64_t number = 0;

  bool operator==(const pull_request&) const = default;
};

// From the file of the event (GITHUB_EVENT_PATH): a pull_request, or a comment on one. Absent when the run is about something
// else. Errors: invalid_input when the file, or GITHUB_REPOSITORY, is not as GitHub makes it.
result<std::optional<pull_request>> find_pull_request(const environment& env);

}  // namespace leadsman::action

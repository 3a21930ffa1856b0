#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "action/output/progress.hpp"

namespace leadsman::action::github {

// The outputs of the step: deployment-id, phase, reason, revision, previous-revision, rollback, summary-file. What is
// not known is empty.
std::vector<std::pair<std::string, std::string>> outputs_of(const progress& known, std::string_view summary_file);

// The text for $GITHUB_OUTPUT.
std::string write_outputs(const std::vector<std::pair<std::string, std::string>>& outputs, std::string_view delimiter);

// Errors: internal.
result<void> append_file(const std::string& path, std::string_view text);

}  // namespace leadsman::action::github

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace leadsman::action {

// The content of a kubeconfig given as YAML or as its base64 (as the usual secret KUBE_CONFIG_B64 has it; line breaks
// are fine). Absent content is an error. The text is never repeated in a message. Errors: invalid_input.
result<std::string> decode_kubeconfig(std::string_view given);

// What has to stay out of every log: tokens, passwords, client keys, in a kubeconfig's users.
std::vector<std::string> secrets_of_kubeconfig(std::string_view yaml);

}  // namespace leadsman::action

#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace leadsman::kube {

// Standard base64 as kubeconfigs and Secrets have it; white space inside is ignored. Errors: invalid_input.
result<std::string> decode_base64(std::string_view text);
std::string encode_base64(std::string_view bytes);

}  // namespace leadsman::kube

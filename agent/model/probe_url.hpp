#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace leadsman::model {

// Where a probe goes.
struct probe_url {
  std::string origin;  // "https://shop.example.com:8443", in lower case; the port only when it is not the scheme's own
  std::string target;  // "/version?full=1"

  bool operator==(const probe_url&) const = default;
};

// Errors: invalid_input for anything but http(s)://host[:port][/path][?query]: credentials and fragments, too.
result<probe_url> parse_probe_url(std::string_view text);

// Where probes may be sent: their addresses come from whoever asks for a deployment.
struct probe_grants {
  bool anything = false;              // an embedded agent asks what its user could ask
  std::vector<std::string> origins{};  // "https://*.example.com", '*' for any characters
};

// An origin, with '*' in its host. Errors: invalid_input.
result<std::string> parse_probe_origin(std::string_view text);

bool may_probe(const probe_grants& grants, std::string_view origin);

}  // namespace leadsman::model

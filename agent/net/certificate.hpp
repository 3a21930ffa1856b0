#pragma once

#include <openssl/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace leadsman::net {

struct certificate {
  std::string subject;  // "CN=admin,O=system:masters"
  std::string issuer;
  wall_time not_before;
  wall_time not_after;
  std::vector<std::string> names{};  // that it is for: DNS names and IP addresses
};

// The first certificate of a PEM text. Errors: invalid_input.
result<certificate> parse_certificate(std::string_view pem);
certificate read_certificate(const X509* from);

}  // namespace leadsman::net

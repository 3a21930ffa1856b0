#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace leadsman::net {

struct certificate {
  std::string subject;  // "CN=admin,O=system:masters"
  std::string issuer;
  wall_time not_before;
  wall_time not_after;
};

// The first certificate of a PEM text. Errors: invalid_input.
result<certificate> parse_certificate(std::string_view pem);

}  // namespace leadsman::net

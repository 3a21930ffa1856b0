#include "base/failpoint.hpp"

#include <csignal>
#include <cstdlib>

namespace leadsman {

void failpoint(std::string_view name) {
  static const char* const armed = std::getenv("LEADSMAN_FAILPOINT");
  if (armed && name == armed) std::raise(SIGKILL);
}

}  // namespace leadsman

#include "base/error.hpp"

namespace leadsman {

std::string_view to_string(errc code) {
  switch (code) {
    case errc::invalid_input: return "invalid_input";
    case errc::unauthenticated: return "unauthenticated";
    case errc::forbidden: return "forbidden";
    case errc::not_found: return "not_found";
    case errc::conflict: return "conflict";
    case errc::too_large: return "too_large";
    case errc::unavailable: return "unavailable";
    case errc::timed_out: return "timed_out";
    case errc::canceled: return "canceled";
    case errc::gone: return "gone";
    case errc::refused: return "refused";
    case errc::internal: return "internal";
  }
  return "internal";
}

}  // namespace leadsman

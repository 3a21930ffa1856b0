#include "process/descriptor_limit.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace leadsman::process {

namespace {

// The limit is the process' own, and so is what it was.
std::optional<rlimit> original;

std::unexpected<error> refuse(const char* what) {
  return fail(errc::unavailable, fmt::format("the limit of open descriptors cannot be {}: {}", what, std::generic_category().message(errno)));
}

}  // namespace

const std::optional<rlimit>& original_descriptor_limit() { return original; }

result<void> raise_descriptor_limit() {
  rlimit found{};
  if (::getrlimit(RLIMIT_NOFILE, &found) != 0) return refuse("read");
  if (found.rlim_cur == found.rlim_max) return {};
  const rlimit wanted{found.rlim_max, found.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &wanted) != 0) return refuse("raised");
  if (!original) original = found;
  return {};
}

}  // namespace leadsman::process

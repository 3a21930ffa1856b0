#include "base/idle_memory.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace leadsman {
namespace {

// KiB, of a line of /proc/self/status.
long kibibytes_of(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ":")) return std::stol(line.substr(field.size() + 1));
  }
  return -1;
}

TEST(IdleMemory, GivesBackHeapThatIsFree) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "AddressSanitizer has a heap of its own";
#endif
  std::vector<std::string> pieces(20'000, std::string(1000, 'x'));  // small enough to come from the heap
  const std::string last(5000, 'y');                                // fits in no gap: keeps the heap's top in use
  pieces.clear();
  pieces.shrink_to_fit();
  const long before = kibibytes_of("RssAnon");
  release_idle_memory();
  EXPECT_LT(kibibytes_of("RssAnon"), before - 10'000);
  EXPECT_EQ(last, std::string(5000, 'y'));
}

}  // namespace
}  // namespace leadsman

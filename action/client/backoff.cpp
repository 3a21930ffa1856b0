#include "action/client/backoff.hpp"

#include <algorithm>
#include <random>

namespace leadsman::action {

std::chrono::milliseconds backoff_delay(int tries, double random) {
  using namespace std::chrono_literals;
  const std::chrono::milliseconds whole = std::min<std::chrono::milliseconds>(200ms * (1 << std::clamp(tries, 0, 10)), 10s);
  return whole / 2 + std::chrono::milliseconds(static_cast<int64_t>(static_cast<double>(whole.count() / 2) * std::clamp(random, 0.0, 1.0)));
}

double random_unit() {
  // Not std::random_device: it asks for glibc 2.36, where arc4random is from.
  static std::minstd_rand engine(static_cast<uint32_t>(std::chrono::steady_clock::now().time_since_epoch().count()));
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

}  // namespace leadsman::action

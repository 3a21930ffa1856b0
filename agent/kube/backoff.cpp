#include "kube/backoff.hpp"

#include <algorithm>

namespace leadsman::kube {

backoff::backoff(std::chrono::milliseconds least, std::chrono::milliseconds most, uint64_t seed)
    : least_(least), most_(most), next_(least), random_(static_cast<std::minstd_rand::result_type>(seed)) {}

std::chrono::milliseconds backoff::next() {
  const std::chrono::milliseconds whole = next_;
  next_ = std::min(most_, next_ * 2);
  std::uniform_int_distribution<int64_t> off(0, whole.count() / 2);
  return whole - std::chrono::milliseconds(off(random_));
}

}  // namespace leadsman::kube

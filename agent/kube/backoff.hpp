#pragma once

#include <chrono>
#include <random>

namespace leadsman::kube {

// Waits that double from `least` to `most`, each with up to half of it taken off at random so that many clients do not
// come back at once.
class backoff {
 public:
  backoff(std::chrono::milliseconds least, std::chrono::milliseconds most, uint64_t seed = std::random_device{}());
  std::chrono::milliseconds next();
  void reset() { next_ = least_; }

 private:
  std::chrono::milliseconds least_, most_, next_;
  std::minstd_rand random_;
};

}  // namespace leadsman::kube

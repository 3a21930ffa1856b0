#pragma once

#include <chrono>
#include <random>

namespace leadsman::kube {

// Waits that double from `least` to `most`, each with up to half of it taken off at random so that many clients do not
// come back at once.
class backoff {
 public:
  // The clock is random enough here; std::random_device would ask for glibc 2.36, where arc4random is from.
  backoff(std::chrono::milliseconds least, std::chrono::milliseconds most,
          uint64_t seed = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()));
  std::chrono::milliseconds next();
  void reset() { next_ = least_; }

 private:
  std::chrono::milliseconds least_, most_, next_;
  std::minstd_rand random_;
};

}  // namespace leadsman::kube

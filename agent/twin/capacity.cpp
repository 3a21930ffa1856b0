#include "twin/capacity.hpp"

#include <algorithm>

namespace leadsman::twin {

int pods_for(const model::canary& asked, int weight, int pods_of_stable) {
  switch (asked.scale) {
    case model::canary_scale::fixed: return asked.replicas;
    case model::canary_scale::full: return std::max(1, pods_of_stable);
    case model::canary_scale::proportional: break;
  }
  return std::max(1, (pods_of_stable * weight + 99) / 100);
}

}  // namespace leadsman::twin

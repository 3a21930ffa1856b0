#include "analysis/sparkline.hpp"

#include <algorithm>
#include <cmath>

namespace leadsman::analysis {

namespace {

constexpr const char* k_blocks[]{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr int k_highest = std::size(k_blocks) - 1;

bool is_shown(const std::optional<double>& value) { return value && std::isfinite(*value); }

}  // namespace

std::string sparkline(std::span<const std::optional<double>> values, size_t most) {
  values = values.last(std::min(most, values.size()));
  double low = 0, high = 0;
  bool any = false;
  for (const auto& value : values) {
    if (!is_shown(value)) continue;
    low = any ? std::min(low, *value) : *value;
    high = any ? std::max(high, *value) : *value;
    any = true;
  }
  std::string line;
  for (const auto& value : values) {
    if (!is_shown(value)) {
      line += "·";
      continue;
    }
    const double height = high > low ? (*value - low) / (high - low) : 0;
    line += k_blocks[std::clamp(static_cast<int>(std::lround(height * k_highest)), 0, k_highest)];
  }
  return line;
}

}  // namespace leadsman::analysis

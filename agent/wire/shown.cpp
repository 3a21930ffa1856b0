#include "wire/shown.hpp"

#include <cmath>
#include <cstdio>

namespace leadsman::wire {

namespace {

std::string four_digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

}  // namespace

std::string shown(double value, model::unit unit) {
  switch (unit) {
    case model::unit::share: return four_digits(value * 100) + " %";
    case model::unit::seconds: return std::abs(value) < 1 ? four_digits(value * 1000) + " ms" : four_digits(value) + " s";
    default: return four_digits(value);
  }
}

std::string grouped(int64_t number) {
  std::string text = std::to_string(number);
  const auto first = static_cast<ptrdiff_t>(text.starts_with('-') ? 1 : 0);
  for (auto at = static_cast<ptrdiff_t>(text.size()) - 3; at > first; at -= 3) text.insert(static_cast<size_t>(at), ",");
  return text;
}

}  // namespace leadsman::wire

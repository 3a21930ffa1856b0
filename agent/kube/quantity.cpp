#include "kube/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace leadsman::kube {

namespace {

struct suffix {
  std::string_view text;
  double factor;
};

constexpr double k_ki = 1024.0;
constexpr std::array k_suffixes{suffix{"", 1},     suffix{"n", 1e-9}, suffix{"u", 1e-6}, suffix{"m", 1e-3}, suffix{"k", 1e3},
                                suffix{"M", 1e6},  suffix{"G", 1e9},  suffix{"T", 1e12}, suffix{"P", 1e15}, suffix{"E", 1e18},
                                suffix{"Ki", k_ki}, suffix{"Mi", k_ki * k_ki}, suffix{"Gi", k_ki * k_ki * k_ki},
                                suffix{"Ti", k_ki * k_ki * k_ki * k_ki}, suffix{"Pi", k_ki * k_ki * k_ki * k_ki * k_ki}};

std::string short_number(double value) {
  std::string text = fmt::format("{:.2f}", value);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

std::optional<int64_t> parse_quantity(std::string_view text) {
  double number = 0;
  // from_chars takes "1e3", as Kubernetes does, and would take "inf", which it does not.
  if (text.empty() || (text.front() != '.' && (text.front() < '0' || text.front() > '9'))) return std::nullopt;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc{}) return std::nullopt;
  const std::string_view rest(end, static_cast<size_t>(text.data() + text.size() - end));
  for (const suffix& s : k_suffixes) {
    if (s.text != rest) continue;
    // A hair less than the next whole one is it: 0.1 has no exact double.
    const double thousandths = std::ceil(number * s.factor * 1000 - 1e-6);
    if (thousandths > 9e18) return std::nullopt;
    return static_cast<int64_t>(thousandths);
  }
  return std::nullopt;
}

std::optional<int64_t> quantity_of(const json& value) {
  if (value.is_string()) return parse_quantity(value.get_ref<const std::string&>());
  if (value.is_number()) return parse_quantity(value.dump());
  return std::nullopt;
}

std::string cores_text(int64_t thousandths) {
  if (thousandths % 1000 != 0 && thousandths < 1000) return std::to_string(thousandths) + "m";
  return short_number(static_cast<double>(thousandths) / 1000);
}

std::string bytes_text(int64_t thousandths) {
  double value = static_cast<double>(thousandths) / 1000;
  for (const char* unit : {"", "Ki", "Mi", "Gi"}) {
    if (value < k_ki) return short_number(value) + unit;
    value /= k_ki;
  }
  return short_number(value) + "Ti";
}

}  // namespace leadsman::kube

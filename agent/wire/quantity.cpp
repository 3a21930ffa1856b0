#include "wire/quantity.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

#include "base/clock.hpp"
#include "base/text.hpp"

namespace leadsman::wire {

using nlohmann::json;

namespace {

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

result<double> share_of(const quantity& found, const std::string& shown) {
  if (found.unit == model::unit::number && found.value >= 1) {
    return fail(errc::invalid_input, shown + " is no share below one; did you mean " + shown + "%?");
  }
  if (found.unit == model::unit::seconds) return fail(errc::invalid_input, "expected a share such as 1%, found the time " + shown);
  if (found.value < 0 || found.value > 1) return fail(errc::invalid_input, shown + " is out of range; allowed is 0% to 100%");
  return found.value;
}

result<double> seconds_of(const quantity& found, const std::string& shown) {
  if (found.unit == model::unit::number) return fail(errc::invalid_input, shown + " has no unit; write " + shown + "ms or " + shown + "s");
  if (found.unit == model::unit::share) return fail(errc::invalid_input, "expected a time such as 250ms, found the share " + shown);
  return found.value;
}

result<double> value_in(model::unit expected, const json& value) {
  LEADSMAN_TRY(const quantity found, parse_quantity(value));
  const std::string shown = value.is_string() ? value.get<std::string>() : value.dump();
  if (expected == model::unit::share) return share_of(found, shown);
  if (expected == model::unit::seconds) return seconds_of(found, shown);
  if (found.unit != expected) return fail(errc::invalid_input, "expected a plain number, found " + shown);
  return found.value;
}

}  // namespace

result<quantity> parse_quantity(const json& value) {
  const auto bad = [&] {
    return fail(errc::invalid_input, "expected a number, a share such as 1% or a time such as 250ms, found " + document::describe(value));
  };
  if (value.is_number()) return quantity{value.get<double>(), model::unit::number};
  if (!value.is_string()) return bad();
  const std::string_view text = trim(value.get_ref<const std::string&>());
  if (text.ends_with('%')) {
    // In the text, not by a division: 99.9 / 100 is not 0.999.
    const std::string percent(trim(text.substr(0, text.size() - 1)));
    const auto share = parse_number(percent + "e-2");
    if (!share) return bad();
    return quantity{*share, model::unit::share};
  }
  if (const auto number = parse_number(text)) return quantity{*number, model::unit::number};
  const auto span = parse_duration(text);
  if (!span) return bad();
  return quantity{static_cast<double>(span->count()) / 1000, model::unit::seconds};
}

json quantity_json(double value, model::unit unit) {
  switch (unit) {
    case model::unit::share: {
      char text[32];
      std::snprintf(text, sizeof text, "%.12g%%", value * 100);
      return text;
    }
    case model::unit::seconds: return std::to_string(std::llround(value * 1000)) + "ms";
    default: return value;
  }
}

std::optional<double> read_bound(document::object_reader& in, std::string_view key, model::unit expected) {
  const json& value = in.child(key);
  if (value.is_null()) return std::nullopt;
  const auto bound = value_in(expected, value);
  if (bound) return *bound;
  in.reject(key, bound.error().message);
  return std::nullopt;
}

std::optional<double> read_bound_or_off(document::object_reader& in, std::string_view key, model::unit expected, std::optional<double> fallback) {
  const json& value = in.child(key);
  if (value.is_null()) return fallback;
  if (value == false || value == "off") return std::nullopt;
  return read_bound(in, key, expected);
}

}  // namespace leadsman::wire

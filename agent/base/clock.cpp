#include "base/clock.hpp"

#include <charconv>
#include <cstdio>
#include <ctime>

namespace leadsman {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

wall_time now() { return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now()); }

std::string format_rfc3339(wall_time at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return text;
}

namespace {

bool read_number(std::string_view& text, size_t digits, int& value) {
  if (text.size() < digits) return false;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + digits, value);
  if (ec != std::errc{} || end != text.data() + digits) return false;
  text.remove_prefix(digits);
  return true;
}

bool read_char(std::string_view& text, std::string_view allowed) {
  if (text.empty() || allowed.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

milliseconds read_fraction(std::string_view& text) {
  if (!read_char(text, ".")) return 0ms;
  int value = 0;
  int digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
    if (digits++ < 3) value = value * 10 + (text.front() - '0');
  }
  for (; digits < 3; ++digits) value *= 10;
  return milliseconds{value};
}

bool read_offset(std::string_view& text, std::chrono::minutes& offset) {
  if (read_char(text, "Zz")) return true;
  if (text.empty()) return false;
  const int sign = text.front() == '-' ? -1 : 1;
  int hours = 0;
  int minutes = 0;
  if (!read_char(text, "+-") || !read_number(text, 2, hours) || !read_char(text, ":") ||
      !read_number(text, 2, minutes)) {
    return false;
  }
  offset = sign * (std::chrono::hours{hours} + std::chrono::minutes{minutes});
  return true;
}

}  // namespace

result<wall_time> parse_rfc3339(std::string_view text) {
  const std::string_view whole = text;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const bool head = read_number(text, 4, year) && read_char(text, "-") && read_number(text, 2, month) &&
                    read_char(text, "-") && read_number(text, 2, day) && read_char(text, "Tt ") &&
                    read_number(text, 2, hour) && read_char(text, ":") && read_number(text, 2, minute) &&
                    read_char(text, ":") && read_number(text, 2, second);
  const milliseconds fraction = head ? read_fraction(text) : 0ms;
  std::chrono::minutes offset{0};
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!head || !read_offset(text, offset) || !text.empty() || !date.ok() || hour > 23 || minute > 59 ||
      second > 60) {
    return fail(errc::invalid_input, "'" + std::string(whole) + "' is not a time; expected RFC 3339, such as 2026-01-31T12:00:00Z");
  }
  return wall_time{std::chrono::sys_days{date}.time_since_epoch()} + std::chrono::hours{hour} +
         std::chrono::minutes{minute} + std::chrono::seconds{second} + fraction - offset;
}

std::chrono::milliseconds clock_offset(wall_time said, wall_time asked, wall_time answered) {
  constexpr std::chrono::milliseconds k_cut_off(999);
  if (said > answered) return said - answered;
  if (said + k_cut_off < asked) return said + k_cut_off - asked;
  return std::chrono::milliseconds(0);
}

std::string format_duration(milliseconds span) {
  if (span < 1s) return std::to_string(span.count()) + "ms";
  const auto seconds = std::chrono::round<std::chrono::seconds>(span).count();
  if (seconds < 60) {
    char text[16];
    if (span < 10s) {
      std::snprintf(text, sizeof text, "%.1fs", static_cast<double>(span.count()) / 1000.0);
      return text;
    }
    return std::to_string(seconds) + "s";
  }
  if (seconds < 3600) return std::to_string(seconds / 60) + "m " + std::to_string(seconds % 60) + "s";
  return std::to_string(seconds / 3600) + "h " + std::to_string(seconds / 60 % 60) + "m";
}

result<milliseconds> parse_duration(std::string_view text) {
  const auto bad = [&] {
    return fail(errc::invalid_input,
                "'" + std::string(text) + "' is not a duration; expected a number with a unit, such as 90s, 5m or 1h30m");
  };
  if (text.empty() || text.size() > 32) return bad();
  milliseconds total{0};
  for (std::string_view rest = text; !rest.empty();) {
    long long value = 0;
    const auto [end, ec] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (ec != std::errc{} || value < 0 || value > 100'000'000) return bad();
    rest.remove_prefix(static_cast<size_t>(end - rest.data()));
    const size_t unit_size = std::min(rest.find_first_of("0123456789"), rest.size());
    const std::string_view unit = rest.substr(0, unit_size);
    if (unit == "ms") total += milliseconds{value};
    else if (unit == "s") total += std::chrono::seconds{value};
    else if (unit == "m") total += std::chrono::minutes{value};
    else if (unit == "h") total += std::chrono::hours{value};
    else return bad();
    rest.remove_prefix(unit_size);
  }
  return total;
}

}  // namespace leadsman

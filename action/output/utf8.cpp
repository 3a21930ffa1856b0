#include "action/output/utf8.hpp"

#include <algorithm>
#include <array>

namespace leadsman::action {

decoded decode_utf8(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return {};
  uint32_t point = first & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    point = (point << 6) | (byte(i) & 0x3Fu);
  }
  constexpr std::array<uint32_t, 5> k_least{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < k_least[length] || point > 0x10FFFF || surrogate) return {};
  return {point, length, true};
}

namespace {

struct range {
  uint32_t first, last;
};

// The ranges that occur in practice; a terminal that disagrees about one shows a line one column off.
constexpr range k_zero[]{{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
                         {0x093C, 0x093C}, {0x0941, 0x0948}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},
                         {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x2060, 0x2064}, {0x20D0, 0x20FF},
                         {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF}};
constexpr range k_wide[]{{0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x23F0, 0x23F0}, {0x25FD, 0x25FE},
                         {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26A1, 0x26A1},   {0x26AA, 0x26AB}, {0x26BD, 0x26BE},
                         {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},   {0x274C, 0x274C}, {0x2753, 0x2755},
                         {0x2757, 0x2757},   {0x2795, 0x2797},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55}, {0x2E80, 0x303E},
                         {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF}, {0xA960, 0xA97F},
                         {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6},
                         {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD}};

template <size_t N>
bool holds(const range (&table)[N], uint32_t point) {
  const auto after = std::ranges::upper_bound(table, point, {}, &range::first);
  return after != std::begin(table) && point <= std::prev(after)->last;
}

}  // namespace

int columns_of(uint32_t point) {
  if (point < 0x300) return 1;
  if (holds(k_zero, point)) return 0;
  return holds(k_wide, point) ? 2 : 1;
}

size_t columns_of(std::string_view text) {
  size_t columns = 0;
  while (!text.empty()) {
    const decoded next = decode_utf8(text);
    columns += static_cast<size_t>(columns_of(next.point));
    text.remove_prefix(next.bytes);
  }
  return columns;
}

std::string_view fit_columns(std::string_view text, size_t columns) {
  size_t used = 0;
  size_t bytes = 0;
  while (bytes < text.size()) {
    const decoded next = decode_utf8(text.substr(bytes));
    used += static_cast<size_t>(columns_of(next.point));
    if (used > columns) break;
    bytes += next.bytes;
  }
  return text.substr(0, bytes);
}

}  // namespace leadsman::action

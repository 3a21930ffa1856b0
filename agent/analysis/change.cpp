#include "analysis/change.hpp"

#include <cmath>

namespace leadsman::analysis {

wire::number told_number(const look& found) {
  wire::number out;
  out.reading = model::word_of(k_reading, found.what);
  if (found.what == reading::value) out.value = found.value;
  out.samples = found.samples;
  out.message = found.words;
  return out;
}

void compare(wire::metric_change& about) {
  const auto& before = about.before.number.value;
  const auto& after = about.after.number.value;
  if (!before || !after) return;
  about.change = *after - *before;
  if (*before != 0) about.relative_change = *about.change / std::abs(*before);
}

}  // namespace leadsman::analysis

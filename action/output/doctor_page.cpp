#include <fmt/format.h>

#include <algorithm>

#include "action/output/check_rows.hpp"
#include "action/output/pages.hpp"

namespace leadsman::action {

namespace {

spoken_line verdict_line(const wire::checks& checks) {
  const auto count = [&](wire::verdict v) { return std::ranges::count(checks, v, &wire::check::verdict); };
  const auto failed = count(wire::verdict::failed), warned = count(wire::verdict::warning);
  if (failed > 0) return say({{style::bad, fmt::format("{} of {} checks failed", failed, checks.size())}});
  if (warned > 0) return say({{style::warn, fmt::format("it works; {} of {} checks found something to look at", warned, checks.size())}});
  return say({{style::good, "all is well"}});
}

}  // namespace

std::vector<spoken_line> doctor_page(const wire::checks& checks) {
  std::vector<spoken_line> out;
  add_check_rows(out, checks);
  out.push_back(verdict_line(checks));
  add_remedies(out, checks);
  return out;
}

}  // namespace leadsman::action

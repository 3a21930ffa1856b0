#include <fmt/format.h>

#include <algorithm>

#include "action/output/clean.hpp"
#include "action/output/pages.hpp"
#include "action/output/utf8.hpp"

namespace leadsman::action {

namespace {

struct verdict_look {
  style look;
  const char* mark;
};

verdict_look look_of(wire::verdict v) {
  switch (v) {
    case wire::verdict::ok: return {style::good, "✓ "};
    case wire::verdict::warning: return {style::warn, "! "};
    case wire::verdict::failed: break;
  }
  return {style::bad, "✗ "};
}

void add_row(std::vector<spoken_line>& out, const wire::check& c, size_t width) {
  const verdict_look look = look_of(c.verdict);
  const std::vector<std::string> found = clean_lines(c.found);
  const std::string gap(width - std::min(width, columns_of(c.name)) + 2, ' ');
  out.push_back(say({{look.look, look.mark}, {style::bold, c.name}, {style::plain, gap + (found.empty() ? "" : found.front())}}));
  for (size_t i = 1; i < found.size(); ++i) out.push_back(say({{style::plain, "    " + found[i]}}));
  for (const std::string& line : clean_lines(c.mend)) out.push_back(say({{style::accent, "  → " + line}}));
}

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
  size_t width = 0;
  for (const wire::check& c : checks) width = std::max(width, columns_of(c.name));
  for (const wire::check& c : checks) add_row(out, c, width);
  out.push_back(verdict_line(checks));
  for (const wire::check& c : checks) {
    if (c.apply.empty()) continue;
    out.push_back(say({{style::dim, "# mends \"" + c.name + "\": kubectl apply -f FILE, as somebody who may grant it"}}));
    for (const std::string& line : clean_lines(c.apply)) out.push_back(say({{style::plain, line}}));
  }
  return out;
}

}  // namespace leadsman::action

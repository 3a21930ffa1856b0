#include "action/output/check_rows.hpp"

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

void add_row(std::vector<spoken_line>& out, const wire::check& c, size_t width, const std::string& margin) {
  const verdict_look look = look_of(c.verdict);
  const std::vector<std::string> found = clean_lines(c.found);
  const std::string gap(width - std::min(width, columns_of(c.name)) + 2, ' ');
  styled_line head{{look.look, margin + look.mark}, {style::bold, c.name}, {style::plain, gap + (found.empty() ? "" : found.front())}};
  out.push_back(say(std::move(head)));
  for (size_t i = 1; i < found.size(); ++i) out.push_back(say({{style::plain, margin + "    " + found[i]}}));
  for (const std::string& line : clean_lines(c.mend)) out.push_back(say({{style::accent, margin + "  → " + line}}));
}

}  // namespace

void add_check_rows(std::vector<spoken_line>& out, const wire::checks& checks, size_t indent) {
  size_t width = 0;
  for (const wire::check& c : checks) width = std::max(width, columns_of(c.name));
  for (const wire::check& c : checks) add_row(out, c, width, std::string(indent, ' '));
}

void add_remedies(std::vector<spoken_line>& out, const wire::checks& checks) {
  for (const wire::check& c : checks) {
    if (c.apply.empty()) continue;
    out.push_back(say({{style::dim, "# mends \"" + c.name + "\": kubectl apply -f FILE, as somebody who may grant it"}}));
    for (const std::string& line : clean_lines(c.apply)) out.push_back(say({{style::plain, line}}));
  }
}

}  // namespace leadsman::action

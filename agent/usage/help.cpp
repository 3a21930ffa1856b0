#include <algorithm>

#include "usage/page.hpp"
#include "usage/wrap.hpp"

namespace leadsman::usage {

namespace {

constexpr size_t k_margin = 2;
constexpr size_t k_widest_term = 28;  // a longer one has a line of its own

void add_paragraph(std::string& out, const std::string& text, size_t margin, size_t columns) {
  for (const std::string& line : wrap(text, columns - margin)) out += std::string(margin, ' ') + line + "\n";
}

// "--agent" stands below the long name of "-o, --output".
std::string aligned(const std::string& term) { return term.starts_with("--") ? "    " + term : term; }

size_t meaning_column(const section& shown, size_t columns) {
  size_t widest = 0;
  for (const entry& each : shown.entries) {
    if (const size_t size = aligned(each.term).size(); size <= k_widest_term) widest = std::max(widest, size);
  }
  return std::min(k_margin + std::max<size_t>(widest, 4) + 2, columns / 2);
}

void add_entry(std::string& out, const entry& shown, size_t column, size_t columns) {
  std::string line = std::string(k_margin, ' ') + aligned(shown.term);
  const std::vector<std::string> meaning = wrap(shown.meaning, columns - column);
  if (line.size() + 2 > column || meaning.empty()) {
    out += line + "\n";
    line.clear();
  }
  for (const std::string& part : meaning) {
    line.resize(column, ' ');
    out += line + part + "\n";
    line.clear();
  }
}

void add_section(std::string& out, const section& shown, size_t columns) {
  out += "\n" + shown.title + "\n";
  if (!shown.text.empty()) add_paragraph(out, shown.text, k_margin, columns);
  const size_t column = meaning_column(shown, columns);
  for (const entry& each : shown.entries) add_entry(out, each, column, columns);
}

void add_synopsis(std::string& out, const std::string& synopsis, size_t columns) {
  std::string head = "Usage: ";
  for (const std::string& line : wrap(synopsis, columns - head.size())) {
    out += head + line + "\n";
    head.assign(head.size(), ' ');
  }
}

void add_examples(std::string& out, const page& shown, size_t columns) {
  out += "\nExamples\n";
  for (const example& each : shown.examples) {
    add_paragraph(out, each.meaning + ":", k_margin, columns);
    out += "    $ " + each.line + "\n";
  }
}

}  // namespace

std::string help_text(const page& shown, size_t columns) {
  columns = std::max<size_t>(columns, 40);
  std::string out;
  add_paragraph(out, shown.name + " - " + shown.brief, 0, columns);
  out += "\n";
  add_synopsis(out, shown.synopsis, columns);
  for (const std::string& paragraph : shown.about) {
    out += "\n";
    add_paragraph(out, paragraph, 0, columns);
  }
  for (const section& each : shown.sections) add_section(out, each, columns);
  if (!shown.examples.empty()) add_examples(out, shown, columns);
  if (!shown.more.empty()) out += "\nMore\n";
  for (const std::string& line : shown.more) add_paragraph(out, line, k_margin, columns);
  return out;
}

}  // namespace leadsman::usage

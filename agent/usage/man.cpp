#include <algorithm>
#include <cctype>

#include "usage/page.hpp"

namespace leadsman::usage {

namespace {

// Text as troff takes it literally, on one line.
std::string literal(const std::string& text) {
  std::string out;
  if (text.starts_with('.') || text.starts_with('\'')) out = "\\&";
  for (const char c : text) {
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else out += c;
  }
  return out;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

// "leadsman deploy" is the page leadsman-deploy(1).
std::string page_name(std::string name) {
  std::ranges::replace(name, ' ', '-');
  return literal(name);
}

void add_heading(std::string& out, const std::string& title) { out += ".SH \"" + upper(title) + "\"\n"; }

void add_section(std::string& out, const section& shown) {
  add_heading(out, shown.title);
  if (!shown.text.empty()) out += literal(shown.text) + "\n";
  for (const entry& each : shown.entries) out += ".TP\n.B " + literal(each.term) + "\n" + literal(each.meaning) + "\n";
}

void add_example(std::string& out, const example& shown) {
  out += ".PP\n" + literal(shown.meaning) + ":\n.PP\n.RS 4\n.nf\n" + literal(shown.line) + "\n.fi\n.RE\n";
}

}  // namespace

std::string man_text(const page& shown, const std::string& version) {
  std::string out = ".TH \"" + upper(page_name(shown.name)) + "\" 1 \"\" \"Leadsman " + version + "\"\n";
  out += ".SH NAME\n" + page_name(shown.name) + " \\- " + literal(shown.brief) + "\n";
  out += ".SH SYNOPSIS\n" + literal(shown.synopsis) + "\n";
  if (!shown.about.empty()) add_heading(out, "Description");
  for (const std::string& paragraph : shown.about) out += ".PP\n" + literal(paragraph) + "\n";
  for (const section& each : shown.sections) add_section(out, each);
  if (!shown.examples.empty()) add_heading(out, "Examples");
  for (const example& each : shown.examples) add_example(out, each);
  if (!shown.more.empty()) add_heading(out, "See also");
  for (const std::string& line : shown.more) out += ".PP\n" + literal(line) + "\n";
  return out;
}

}  // namespace leadsman::usage

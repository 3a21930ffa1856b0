#include "action/output/github/markdown.hpp"

#include <algorithm>

#include "action/output/clean.hpp"

namespace leadsman::action::github {

namespace {

size_t longest_run(std::string_view text, char c) {
  size_t longest = 0;
  size_t run = 0;
  for (const char each : text) {
    run = each == c ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

}  // namespace

// GitHub looks for names and issues in what Markdown made of the text, so an escape alone does not keep it from finding
// them: a space without width does.
std::string escape_markdown(std::string_view text) {
  constexpr std::string_view k_apart = "&#8203;";
  std::string out;
  for (const char c : clean_line(text)) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else if (c == '|') out += "&#124;";
    else if (c == '@') (out += c) += k_apart;
    else if (c == '#') (out += "\\#") += k_apart;
    else if (std::string_view("\\`*_{}[]()!~$").find(c) != std::string_view::npos) (out += '\\') += c;
    else out += c;
  }
  return out;
}

std::string code_span(std::string_view text) {
  std::string clean = clean_line(text);
  if (clean.empty()) return "";
  // A pipe would end a table's cell even inside a code span.
  std::string safe;
  for (const char c : clean) {
    if (c == '|') safe += "\\|";
    else safe += c;
  }
  const std::string ticks(longest_run(safe, '`') + 1, '`');
  const bool at_border = safe.front() == '`' || safe.back() == '`';
  return ticks + (at_border ? " " : "") + safe + (at_border ? " " : "") + ticks;
}

std::string fenced(std::span<const std::string> lines, std::string_view language) {
  size_t longest = 2;
  std::string body;
  for (const std::string& raw : lines) {
    const std::string line = clean_line(raw);
    longest = std::max(longest, longest_run(line, '`'));
    body += line + "\n";
  }
  const std::string fence(longest + 1, '`');
  return fence + std::string(language) + "\n" + body + fence + "\n";
}

std::string link(std::string_view text, std::string_view url) {
  const bool plain = url.starts_with("https://") && url.find_first_of(" <>()\"'\\\r\n\t") == std::string_view::npos;
  return plain ? "[" + escape_markdown(text) + "](" + std::string(url) + ")" : escape_markdown(text);
}

}  // namespace leadsman::action::github

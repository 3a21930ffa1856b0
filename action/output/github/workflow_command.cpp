#include "action/output/github/workflow_command.hpp"

#include <fmt/format.h>

#include "action/output/clean.hpp"
#include "base/text.hpp"

namespace leadsman::action::github {

namespace {

constexpr size_t k_message_limit = 4000;
constexpr std::string_view k_zero_width_space = "\xE2\x80\x8B";

std::string escape(std::string_view text, std::string_view special) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (special.find(c) == std::string_view::npos) out += c;
    else out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return out;
}

std::string_view word_of(level l) { return l == level::error ? "error" : l == level::warning ? "warning" : "notice"; }

}  // namespace

std::string escape_data(std::string_view text) { return escape(text, "%\r\n"); }
std::string escape_property(std::string_view text) { return escape(text, "%\r\n:,"); }

std::string annotate(const annotation& what) {
  std::string properties;
  const auto add = [&](std::string_view name, std::string_view value) {
    properties += fmt::format("{}{}={}", properties.empty() ? " " : ",", name, escape_property(value));
  };
  if (!what.file.empty()) add("file", what.file);
  if (!what.file.empty() && what.line > 0) add("line", std::to_string(what.line));
  if (!what.title.empty()) add("title", clean_line(what.title));
  std::string message;
  for (const std::string& line : clean_lines(truncate(what.message, k_message_limit))) {
    message += (message.empty() ? "" : "\n") + line;
  }
  return fmt::format("::{}{}::{}\n", word_of(what.level), properties, escape_data(message));
}

std::string begin_group(std::string_view title) { return fmt::format("::group::{}\n", escape_data(clean_line(title))); }
std::string end_group() { return "::endgroup::\n"; }
std::string add_mask(std::string_view secret_line) { return fmt::format("::add-mask::{}\n", escape_data(secret_line)); }

std::string harmless(std::string_view line) {
  const size_t start = std::min(line.find_first_not_of(" \t"), line.size());
  std::string out;
  for (size_t i = 0; i < line.size(); ++i) {
    const std::string_view rest = line.substr(i);
    out += line[i];
    if (rest.starts_with("##[") || (i == start && rest.starts_with("::"))) out += k_zero_width_space;
  }
  return out;
}

std::string stop_commands(std::string_view token) { return fmt::format("::stop-commands::{}\n", token); }
std::string resume_commands(std::string_view token) { return fmt::format("::{}::\n", token); }

std::string output_entry(std::string_view name, std::string_view value, std::string_view delimiter) {
  return fmt::format("{}<<{}\n{}\n{}\n", name, delimiter, value, delimiter);
}

}  // namespace leadsman::action::github

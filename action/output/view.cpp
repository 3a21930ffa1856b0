#include "action/output/view.hpp"

#include "action/output/clean.hpp"
#include "action/output/json_view.hpp"
#include "action/output/line_view.hpp"
#include "action/output/live_view.hpp"
#include "action/output/pages.hpp"

namespace leadsman::action {

output_options choose_output(output_format format, const terminal_facts& terminal) {
  output_options options;
  options.format = format;
  const bool capable = terminal.is_terminal && format == output_format::text && !terminal.term.empty() && terminal.term != "dumb";
  options.live = capable;
  options.color = capable && !terminal.no_color;
  return options;
}

void view::plan(const nlohmann::json& plan, const std::string& title) { page(plan_page(plan, title), plan); }

std::unique_ptr<view> make_view(const output_options& options, std::FILE* out, std::FILE* err) {
  if (options.format == output_format::events) return std::make_unique<json_view>(out, err);
  if (options.live) return std::make_unique<live_view>(options.color, out, err);
  return std::make_unique<line_view>(out, err);
}

std::string describe(const error& e) {
  const std::string text = e.field.empty() ? e.message : e.field + ": " + e.message;
  std::string out;
  for (const std::string& line : clean_lines(text)) out += (out.empty() ? "" : "\n") + line;
  return out;
}

void write_text(std::FILE* to, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), to);
  std::fflush(to);
}

}  // namespace leadsman::action

#include "action/output/line_view.hpp"

#include <fmt/format.h>

#include "action/output/closing.hpp"

namespace leadsman::action {

void line_view::write(const std::string& text) {
  const auto since = known_.first_at ? known_.last_at - *known_.first_at : std::chrono::milliseconds(0);
  write_text(out_, fmt::format("[{:>7.1f} s] {}\n", static_cast<double>(since.count()) / 1000.0, text));
}

void line_view::begin(const subject& shown) {
  known_.shown = shown;
  write_text(out_, plain_text({{style::plain, "Leadsman · " + title_of(shown)}}) + "\n");
  if (!shown.chart.empty()) write_text(out_, plain_text({{style::plain, "chart " + shown.chart}}) + "\n");
  write_text(out_, "deployment " + shown.id + "\n");
}

void line_view::show(const model::event& event) {
  const std::vector<spoken_line> lines = narrate(known_, event, detail::everything);
  apply(known_, event);
  for (const spoken_line& spoken : lines) write(plain_text(spoken.line));
}

void line_view::notice(const std::string& text) { write_text(err_, plain_text({{style::plain, text}}) + "\n"); }

void line_view::end() {
  for (const spoken_line& spoken : closing_lines(known_)) write_text(out_, plain_text(spoken.line) + "\n");
}

void line_view::page(const std::vector<spoken_line>& lines, const nlohmann::json&) {
  for (const spoken_line& spoken : lines) write_text(out_, plain_text(spoken.line) + "\n");
}

void line_view::problem(const error& e) { write_text(err_, "leadsman: " + describe(e) + "\n"); }

}  // namespace leadsman::action

#include "action/output/live_view.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include "action/output/closing.hpp"

namespace leadsman::action {

live_view::live_view(bool color, std::FILE* out, std::FILE* err) : out_(out), err_(err), color_(color), painter_(color) {}

live_view::~live_view() {
  if (shown_) write_text(out_, painter_.finish(size()));
}

terminal_size live_view::size() const {
  winsize found{};
  if (::ioctl(::fileno(out_), TIOCGWINSZ, &found) != 0 || found.ws_col == 0 || found.ws_row == 0) return {};
  return {found.ws_col, found.ws_row};
}

std::vector<styled_line> live_view::block() const {
  if (!shown_) return {};
  return render_block(known_, now() + skew_, size());
}

void live_view::say(const std::vector<styled_line>& above) {
  const std::string text = painter_.update(above, block(), size());
  if (!text.empty()) write_text(out_, text);
}

void live_view::begin(const subject& shown) {
  known_.shown = shown;
  styled_line head{{style::bold, "Leadsman · " + title_of(shown)}};
  if (!shown.chart.empty()) head.emplace_back(style::plain, "  chart " + shown.chart);
  head.emplace_back(style::dim, "  " + shown.id);
  shown_ = true;
  say({std::move(head)});
}

void live_view::show(const model::event& event) {
  std::vector<styled_line> above;
  for (spoken_line& spoken : narrate(known_, event, detail::milestones)) above.push_back(std::move(spoken.line));
  apply(known_, event);
  // Only events that come as they happen tell how far the clocks are apart; replayed ones are old.
  if (const auto apart = event.at - now(); apart > std::chrono::seconds(0)) skew_ = apart;
  say(above);
}

void live_view::notice(const std::string& text) {
  say({{{style::warn, text}}});
}

void live_view::tick() {
  if (shown_) say({});
}

void live_view::end() {
  std::vector<styled_line> closing;
  for (spoken_line& spoken : closing_lines(known_)) closing.push_back(std::move(spoken.line));
  shown_ = false;
  say(closing);
  write_text(out_, painter_.finish(size()));
}

void live_view::leave() {
  shown_ = false;
  write_text(out_, painter_.finish(size()));
}

void live_view::page(const std::vector<spoken_line>& lines, const nlohmann::json&) {
  for (const spoken_line& spoken : lines) write_text(out_, paint(spoken.line, color_) + "\n");
}

void live_view::problem(const error& e) {
  leave();
  write_text(err_, paint({{style::bad, "leadsman: "}}, color_) + describe(e) + "\n");
}

}  // namespace leadsman::action

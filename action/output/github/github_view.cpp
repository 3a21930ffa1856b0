#include "action/output/github/github_view.hpp"

#include <fmt/format.h>

#include "action/output/clean.hpp"
#include "action/output/closing.hpp"
#include "action/output/github/files.hpp"
#include "action/output/github/markdown.hpp"
#include "action/output/github/plan_report.hpp"
#include "action/output/github/summary.hpp"
#include "action/output/pages.hpp"
#include "base/text.hpp"
#include "sign/hash.hpp"

namespace leadsman::action::github {

namespace {

constexpr int k_most_annotations = 10;  // of each level; GitHub drops what comes after
constexpr size_t k_shortest_secret = 4;

std::string random_token() { return sign::to_hex(sign::random_bytes(16)); }
std::string random_delimiter() { return "ghadelimiter_" + random_token(); }

}  // namespace

github_view::github_view(github_settings settings, std::FILE* out) : settings_(std::move(settings)), out_(out) {}

void github_view::write(std::string_view text) { write_text(out_, text); }

void github_view::mask(const std::vector<std::string>& secrets) {
  std::string out;
  for (const std::string& secret : secrets) {
    for (const std::string_view line : split(secret, '\n')) {
      if (trim(line).size() >= k_shortest_secret) out += add_mask(trim(line));
    }
  }
  if (!out.empty()) write(out);
}

void github_view::say_own(std::string_view text) { write(harmless(clean_line(text)) + "\n"); }

// Lines of others stand together between stop-commands; the rest cannot hold a command.
void github_view::say(const std::vector<spoken_line>& lines) {
  std::string out;
  std::string token;
  for (const spoken_line& spoken : lines) {
    if (spoken.foreign && token.empty()) out += stop_commands(token = random_token());
    if (!spoken.foreign && !token.empty()) out += resume_commands(std::exchange(token, ""));
    const std::string text = plain_text(spoken.line);
    out += (spoken.foreign ? text : harmless(text)) + "\n";
  }
  if (!token.empty()) out += resume_commands(token);
  if (!out.empty()) write(out);
}

void github_view::open_group(std::string_view title) {
  close_group();
  write(begin_group(title));
  in_group_ = true;
}

void github_view::close_group() {
  if (in_group_) write(end_group());
  in_group_ = false;
}

void github_view::annotate(annotation what) {
  int& count = what.level == level::error ? errors_ : warnings_;
  if (count++ < k_most_annotations) write(github::annotate(what));
}

std::string github_view::in_workspace(const place& at) const {
  return relative_to(settings_.workspace, settings_.working_dir, at.file);
}

void github_view::begin(const subject& shown) {
  known_.shown = shown;
  say_own("Leadsman · " + title_of(shown) + (shown.chart.empty() ? "" : " · chart " + shown.chart));
  say_own("deployment " + shown.id);
  // Right away, so that an `if: cancelled()` step can settle what this one could not see the end of.
  if (settings_.output_file.empty()) return;
  const auto noted = append_file(settings_.output_file, write_outputs({{"deployment-id", shown.id}}, random_delimiter()));
  if (!noted) annotate({level::warning, "Leadsman", noted.error().message, "", 0});
}

void github_view::show(const model::event& event) {
  const bool is_step = event.kind == model::event_kind::step;
  const std::vector<spoken_line> lines = narrate(known_, event, detail::everything);
  apply(known_, event);
  if (is_step) {
    const auto change = data_of<wire::step_change>(event);
    if (change && change->status == model::step_status::intended) return open_group(title_of(change->step, change->weight));
    close_group();
  }
  say(lines);
  if (event.kind == model::event_kind::warning) annotate({level::warning, "Leadsman", event.message, "", 0});
}

void github_view::notice(const std::string& text) {
  notices_.push_back(text);
  say_own(text);
}

void github_view::annotate_end() {
  if (!known_.finished || known_.phase == model::phase::succeeded) return;
  annotation what{level::error, "Leadsman: " + known_.reason, headline_of(known_), "", 0};
  std::string said = known_.message;
  if (known_.evidence) said += "\n" + known_.evidence->headline;
  what.message += "\n" + said;
  if (known_.evidence) said += "\n" + known_.evidence->helm_error;
  if (const auto at = place_in_chart(said, known_.shown.chart_name, known_.shown.chart_source)) {
    what.file = in_workspace(*at);
    what.line = at->line;
  }
  if (!known_.finished->next.empty()) what.message += "\n" + known_.finished->next;
  annotate(std::move(what));
}

void github_view::end() {
  close_group();
  say(closing_lines(known_));
  annotate_end();
  write_files(write_summary(known_, notices_));
}

void github_view::leave() {
  close_group();
  write_files(write_summary(known_, notices_));
}

void github_view::page(const std::vector<spoken_line>& lines, const nlohmann::json&) {
  say(lines);
  std::vector<std::string> text;
  for (const spoken_line& spoken : lines) text.push_back(plain_text(spoken.line));
  write_files(truncate(fenced(text), k_summary_limit));
}

void github_view::plan(const nlohmann::json& plan, const std::string& title) {
  say(plan_page(plan, title));
  write_files(write_plan(plan, title, k_summary_limit));
}

void github_view::warning(const std::string& text) { annotate({level::warning, "Leadsman", text, "", 0}); }

void github_view::problem(const error& e) {
  close_group();
  annotation what{level::error, "Leadsman", describe(e), "", 0};
  if (const auto at = place_of_field(e.field)) {
    what.file = in_workspace(*at);
    what.line = at->line;
    if (!what.file.empty()) what.message = e.message;
  }
  annotate(std::move(what));
  if (known_.shown.id.empty()) return write_files(write_refusal(e));
  notices_.push_back(describe(e));
  write_files(write_summary(known_, notices_));
}

void github_view::write_files(const std::string& summary) {
  if (std::exchange(files_written_, true)) return;
  std::string copy = settings_.summary_copy;
  if (!copy.empty() && !append_file(copy, summary)) copy.clear();
  std::vector<result<void>> done;
  if (!settings_.summary_file.empty()) done.push_back(append_file(settings_.summary_file, summary));
  if (!settings_.output_file.empty()) {
    done.push_back(append_file(settings_.output_file, write_outputs(outputs_of(known_, copy), random_delimiter())));
  }
  for (const result<void>& each : done) {
    if (!each) annotate({level::warning, "Leadsman", each.error().message, "", 0});
  }
}

}  // namespace leadsman::action::github

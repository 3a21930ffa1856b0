#include "action/output/block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "action/output/narrate.hpp"
#include "base/clock.hpp"

namespace leadsman::action {

namespace {

std::string seconds_since(wall_time then, wall_time now) {
  using namespace std::chrono;
  return format_duration(std::max(0s, floor<seconds>(now - then)));
}

styled_line heading(const progress& known, wall_time now) {
  constexpr std::array<std::string_view, 10> k_frames{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  const size_t frame = static_cast<size_t>(now.time_since_epoch().count() / 100) % k_frames.size();
  styled_line line{{style::accent, k_frames[frame]}, {style::bold, " " + title_of(known.shown)}};
  line.emplace_back(style::accent, fmt::format("  {}", model::word_of(model::k_phase, known.phase)));
  if (known.first_at) line.emplace_back(style::dim, "  " + seconds_since(*known.first_at, now));
  return line;
}

styled_line indented(size_t columns, styled_line line) {
  line.insert(line.begin(), span(style::plain, std::string(columns, ' ')));
  return line;
}

bool is_well(const wire::pod_progress& pod) {
  return pod.reason.empty() && pod.containers > 0 && pod.ready_containers == pod.containers;
}

bool shows_workloads(const progress& known) {
  const step_progress* step = running_step(known);
  if (!step) return false;
  using model::step_kind;
  return step->kind == step_kind::upgrade || step->kind == step_kind::start_canary || step->kind == step_kind::shift || step->kind == step_kind::rollback || step->kind == step_kind::prove ||
         step->kind == step_kind::evidence || step->kind == step_kind::uninstall;
}

void add_workloads(std::vector<styled_line>& lines, const progress& known) {
  for (const wire::workload_progress& workload : known.workloads) {
    lines.push_back(indented(4, workload_line(workload)));
    for (const wire::pod_progress& pod : workload.pods) {
      if (!is_well(pod)) lines.push_back(indented(8, pod_line(pod)));
    }
  }
}

}  // namespace

std::vector<styled_line> render_block(const progress& known, wall_time now, terminal_size size) {
  if (known.finished) return {};
  std::vector<styled_line> lines{heading(known, now)};
  if (const step_progress* step = running_step(known)) {
    lines.push_back({{style::plain, "  "}, {style::accent, "● "}, {style::plain, title_of(step->kind, step->weight)},
                     {style::dim, "  " + seconds_since(step->began, now)}});
  }
  if (shows_workloads(known)) add_workloads(lines, known);
  const size_t most = std::max<size_t>(size.rows, 3) - 1;  // one row stays for the cursor
  if (lines.size() > most) {
    const size_t hidden = lines.size() - (most - 1);
    lines.resize(most - 1);
    lines.push_back({{style::dim, fmt::format("    … and {} more lines", hidden)}});
  }
  for (styled_line& line : lines) line = clip(std::move(line), size.columns);
  return lines;
}

}  // namespace leadsman::action

#include "kube/event_line.hpp"

#include <algorithm>

#include "kube/conditions.hpp"

namespace leadsman::kube {

namespace {

bool is_about(const json& event, const json& object) {
  const std::string uid = text_at(event, "/involvedObject/uid"), own = text_at(object, "/metadata/uid");
  if (!uid.empty() && !own.empty()) return uid == own;
  return text_at(event, "/involvedObject/kind") == text_at(object, "/kind") &&
         text_at(event, "/involvedObject/name") == text_at(object, "/metadata/name");
}

// "spec.containers{app}" names the container.
std::string container_of(const json& event) {
  const std::string path = text_at(event, "/involvedObject/fieldPath");
  const size_t open = path.find('{'), close = path.rfind('}');
  return open == std::string::npos || close == std::string::npos || close < open ? "" : path.substr(open + 1, close - open - 1);
}

wall_time last_seen(const json& event) {
  for (const char* where : {"/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/metadata/creationTimestamp"}) {
    if (const auto seen = time_at(event, where)) return *seen;
  }
  return {};
}

event_line read_line(const json& event) {
  const int count = static_cast<int>(number_at(event, "/series/count", number_at(event, "/count", 1)));
  return {text_at(event, "/type"),
          text_at(event, "/reason"),
          text_at(event, "/involvedObject/kind") + " " + text_at(event, "/involvedObject/name"),
          container_of(event),
          text_at(event, "/message"),
          std::max(1, count),
          last_seen(event)};
}

void merge(std::vector<event_line>& lines, event_line line) {
  const auto same = std::ranges::find_if(lines, [&](const event_line& l) {
    return l.reason == line.reason && l.object == line.object && l.container == line.container && l.message == line.message;
  });
  if (same == lines.end()) {
    lines.push_back(std::move(line));
    return;
  }
  same->count += line.count;
  same->last = std::max(same->last, line.last);
}

}  // namespace

std::vector<event_line> collect_event_lines(const std::vector<json>& events, const std::vector<const json*>& objects) {
  std::vector<event_line> lines;
  for (const json& event : events) {
    if (std::ranges::any_of(objects, [&](const json* object) { return is_about(event, *object); })) {
      merge(lines, read_line(event));
    }
  }
  std::ranges::stable_sort(lines, std::ranges::greater(), &event_line::last);
  return lines;
}

}  // namespace leadsman::kube

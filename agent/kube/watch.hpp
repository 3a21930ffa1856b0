#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "kube/client.hpp"

namespace leadsman::kube {

enum class change { added,
                    modified,
                    deleted,
                    relisted };

std::string_view to_string(change what);

struct watch_event {
  change what = change::added;
  json object{};               // added, modified, deleted
  std::vector<json> items{};   // relisted: everything there is; what was known before and is not here is gone
};

struct watch_options {
  watch_options() = default;  // no aggregate, see write_options
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(90);  // bookmarks come every minute
  std::chrono::seconds server_timeout = std::chrono::seconds(300);    // the server ends the watch; it is taken up again
  std::chrono::milliseconds least_backoff = std::chrono::milliseconds(200);
  std::chrono::milliseconds most_backoff = std::chrono::seconds(30);
  // Called when the cluster does not answer, before waiting: for a log line or an event "connection lost".
  std::function<void(const error&, std::chrono::milliseconds wait)> on_trouble{};
  // Called when the version followed from is not kept any more, before all is listed anew: for a log line.
  std::function<void()> on_expired{};
};

// Lists, then follows changes; the first event is always relisted. A dropped connection is taken up where it ended, an
// expired version (410) relists. Ends when `on_event` returns false, by cancellation, or with an error that waiting does
// not cure: forbidden, unauthenticated, not_found (no such kind), invalid_input.
task<result<void>> watch(client& cluster, list_query query, std::function<bool(const watch_event&)> on_event,
                         watch_options options = {});

// One line of a watch. A bookmark changes only the version; an ERROR line (410: gone) is an error.
struct watch_line {
  std::optional<watch_event> event;  // none for a bookmark
  std::string resource_version;
};
result<watch_line> parse_watch_line(std::string_view line);

}  // namespace leadsman::kube

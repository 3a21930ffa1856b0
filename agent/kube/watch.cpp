#include "kube/watch.hpp"

#include "kube/api_status.hpp"
#include "kube/backoff.hpp"
#include "kube/line_splitter.hpp"
#include "kube/query.hpp"

namespace leadsman::kube {

std::string_view to_string(change what) {
  switch (what) {
    case change::added: return "added";
    case change::modified: return "modified";
    case change::deleted: return "deleted";
    case change::relisted: return "relisted";
  }
  return "unknown";
}

result<watch_line> parse_watch_line(std::string_view line) {
  json parsed = json::parse(line, nullptr, false);
  if (parsed.is_discarded() || !at(parsed, "/object").is_object()) {
    return fail(errc::unavailable, "a watch sent a line that is not a change");
  }
  const std::string type = text_at(parsed, "/type");
  json& object = parsed["object"];
  if (type == "ERROR") return fail(to_error(static_cast<int>(number_at(object, "/code", 500)), {}, object.dump(), "watch"));
  watch_line read{std::nullopt, text_at(object, "/metadata/resourceVersion")};
  if (type == "ADDED") read.event = {change::added, std::move(object), {}};
  if (type == "MODIFIED") read.event = {change::modified, std::move(object), {}};
  if (type == "DELETED") read.event = {change::deleted, std::move(object), {}};
  return read;
}

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;
constexpr size_t k_event_line_limit = 16 * 1024 * 1024;

// One watch over all its connections.
class follower {
 public:
  follower(client& cluster, list_query wanted, std::function<bool(const watch_event&)> on_event, watch_options options)
      : cluster_(cluster),
        wanted_(std::move(wanted)),
        on_event_(std::move(on_event)),
        options_(std::move(options)),
        backoff_(options_.least_backoff, options_.most_backoff) {}

  task<result<void>> run() {
    for (;;) {
      const steady::time_point began = steady::now();
      const result<void> round = co_await run_round();
      if (stopped_) co_return result<void>{};
      if (!round && is_final(round.error())) co_return round;
      if (!round && round.error().code == errc::gone) expire();
      if (steady::now() - began > 2s) backoff_.reset();
      else co_await wait(round);
    }
  }

 private:
  task<result<void>> run_round() {
    if (version_.empty()) LEADSMAN_CO_CHECK(co_await relist());
    if (stopped_) co_return result<void>{};
    co_return co_await follow();
  }

  // Before the first list nothing is known: what the cluster refuses then stays refused. Afterwards a refusal may be the
  // cluster starting up or a token being replaced.
  bool is_final(const error& e) const {
    if (e.code == errc::canceled) return true;
    if (listed_) return false;
    return e.code == errc::forbidden || e.code == errc::unauthenticated || e.code == errc::not_found ||
           e.code == errc::invalid_input;
  }

  void expire() {
    version_.clear();
    if (options_.on_expired) options_.on_expired();
  }

  task<void> wait(const result<void>& round) {
    const std::chrono::milliseconds pause = backoff_.next();
    if (!round && round.error().code != errc::gone && options_.on_trouble) options_.on_trouble(round.error(), pause);
    co_await sleep_for(pause);
  }

  task<result<void>> relist() {
    LEADSMAN_CO_TRY(object_list all, co_await cluster_.list(wanted_));
    version_ = all.resource_version;
    listed_ = true;
    deliver({change::relisted, {}, std::move(all.items)});
    co_return result<void>{};
  }

  task<result<void>> follow() {
    const object_ref collection{wanted_.api_version, wanted_.kind, wanted_.name_space, {}};
    LEADSMAN_CO_TRY(const std::string path, co_await cluster_.path_of(collection));
    query parameters;
    parameters.add("labelSelector", wanted_.label_selector).add("fieldSelector", wanted_.field_selector);
    parameters.flag("watch", true).flag("allowWatchBookmarks", true).add("resourceVersion", version_);
    parameters.add("timeoutSeconds", std::to_string(options_.server_timeout.count()));
    net::request ask{"GET", path + parameters.text()};
    auto opening = cluster_.open_stream(std::move(ask), "watch " + wanted_.kind);
    LEADSMAN_CO_TRY(const std::unique_ptr<net::body_stream> stream, co_await std::move(opening));
    line_splitter splitter(k_event_line_limit);
    while (!stopped_) {
      LEADSMAN_CO_TRY(const std::optional<std::string> chunk, co_await stream->read_some(options_.idle_timeout));
      if (!chunk) break;
      for (const std::string& line : splitter.feed(*chunk)) LEADSMAN_CO_CHECK(take(line));
    }
    co_return result<void>{};
  }

  result<void> take(const std::string& line) {
    if (stopped_ || line.empty()) return {};
    LEADSMAN_TRY(watch_line read, parse_watch_line(line));
    if (!read.resource_version.empty()) version_ = read.resource_version;
    if (read.event) deliver(std::move(*read.event));
    return {};
  }

  void deliver(watch_event event) {
    if (!on_event_(event)) stopped_ = true;
  }

  client& cluster_;
  list_query wanted_;
  std::function<bool(const watch_event&)> on_event_;
  watch_options options_;
  backoff backoff_;
  std::string version_;  // empty: list first
  bool listed_ = false;
  bool stopped_ = false;
};

}  // namespace

task<result<void>> watch(client& cluster, list_query query, std::function<bool(const watch_event&)> on_event,
                         watch_options options) {
  follower f(cluster, std::move(query), std::move(on_event), std::move(options));
  co_return co_await f.run();
}

}  // namespace leadsman::kube

#include "runner/test_logs.hpp"

#include <spdlog/spdlog.h>

#include "base/text.hpp"
#include "wire/events.hpp"

namespace leadsman::runner {

using nlohmann::json;
using namespace std::chrono_literals;

static constexpr std::string_view k_job_label = "batch.kubernetes.io/job-name";

struct test_logs::container_log {
  wire::log_lines said;  // not yet told
  size_t lines = 0;
};

test_logs::test_logs(rollout& r, const std::vector<helm::hook>& tests)
    : r_(r), readers_(r.shared.executor), watchers_(r.shared.executor) {
  for (const helm::hook& hook : tests) tests_.push_back({hook.name, hook.kind == "Job"});
}

void test_logs::start() {
  for (test& each : tests_) watchers_.spawn("pods of " + each.name, [this, &each] { return watch_pods(each); });
  watchers_.spawn("test logs", [this] { return flush_regularly(); });
}

task<void> test_logs::stop() {
  const auto deadline = std::chrono::steady_clock::now() + 3s;
  while (readers_.size() > 0 && std::chrono::steady_clock::now() < deadline) co_await sleep_for(20ms);
  watchers_.cancel();
  co_await watchers_.join();
  readers_.cancel();
  co_await readers_.join();
  co_await flush();
}

task<void> test_logs::watch_pods(test& of) {
  kube::list_query query;
  query.api_version = "v1";
  query.kind = "Pod";
  query.name_space = r_.release().name_space;
  if (of.is_job) query.label_selector = std::string(k_job_label) + "=" + of.name;
  else query.field_selector = "metadata.name=" + of.name;
  const std::function<bool(const kube::watch_event&)> on_event = [this, &of](const kube::watch_event& event) {
    take(of, event);
    return true;
  };
  const auto watched = co_await kube::watch(*r_.target.api, query, on_event, r_.line.watch_options(watchers_));
  if (!watched && watched.error().code != errc::canceled) spdlog::warn("deployment {}: logs of tests are not shown: {}", r_.id(), watched.error().message);
}

void test_logs::take(test& of, const kube::watch_event& event) {
  if (event.what == kube::change::deleted) return;
  if (event.what != kube::change::relisted) return look_at(of, event.object);
  for (const json& pod : event.items) {
    const std::string phase = kube::text_at(pod, "/status/phase");
    // helm deletes these before it makes the new ones; their logs are of another run.
    if (!of.seen_first_list && (phase == "Succeeded" || phase == "Failed")) old_pods_.insert(kube::text_at(pod, "/metadata/uid"));
    look_at(of, pod);
  }
  of.seen_first_list = true;
}

void test_logs::look_at(const test& of, const json& pod) {
  const std::string name = kube::text_at(pod, "/metadata/name");
  const std::string uid = kube::text_at(pod, "/metadata/uid");
  const std::string made_by = of.is_job ? kube::label_of(pod, k_job_label) : name;
  if (made_by != of.name || old_pods_.contains(uid)) return;
  for (const char* list : {"/status/initContainerStatuses", "/status/containerStatuses"}) {
    for (const json& container : kube::at(pod, list)) {
      const std::string container_name = kube::text_at(container, "/name");
      const bool began = !kube::at(container, "/state/running").is_null() || !kube::at(container, "/state/terminated").is_null();
      auto& log = logs_[uid + "/" + container_name];
      if (!began || log) continue;
      log = std::make_shared<container_log>();
      log->said.source = "test";
      log->said.test = of.name;
      log->said.pod = name;
      log->said.container = container_name;
      readers_.spawn("log of " + name, [this, log] { return read(log); });
    }
  }
}

task<void> test_logs::read(std::shared_ptr<container_log> log) {
  kube::log_query query;
  query.name_space = r_.release().name_space;
  query.pod = log->said.pod;
  query.container = log->said.container;
  query.limit_bytes = 0;
  const std::function<void(std::string_view)> on_line = [log](std::string_view line) {
    if (++log->lines > k_lines_kept) log->said.truncated = true;
    else log->said.lines.push_back(truncate(line, k_line_length));
  };
  const auto followed = co_await r_.target.api->follow_logs(query, on_line);
  if (!followed) spdlog::info("deployment {}: log of {}/{}: {}", r_.id(), log->said.pod, log->said.container, followed.error().message);
}

task<void> test_logs::flush() {
  store::change what;
  for (const auto& [key, log] : logs_) {
    if (!log || log->said.lines.empty()) continue;
    what.events.push_back(make_event(model::event_kind::log, log->said.pod + "/" + log->said.container, json(log->said)));
    log->said.lines.clear();
  }
  if (what.events.empty()) co_return;
  const auto saved = co_await r_.log.save(std::move(what));
  if (!saved) spdlog::warn("deployment {}: logs: {}", r_.id(), saved.error().message);
}

task<void> test_logs::flush_regularly() {
  for (;;) {
    co_await sleep_for(200ms);  // canceled: the next co_await unwinds
    co_await flush();
  }
}

}  // namespace leadsman::runner

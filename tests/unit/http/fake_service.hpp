#pragma once

#include <map>
#include <set>
#include <stdexcept>

#include "async/notifier.hpp"
#include "runner/service.hpp"

namespace leadsman::http {

// A service that keeps what it is told in memory and plays no rollout. All on the io_context's thread.
class fake_service final : public runner::service {
 public:
  explicit fake_service(asio::any_io_executor executor) : changed_(executor) {}

  void add(model::deployment d) { deployments_[d.id] = std::move(d); }

  void append(const std::string& id, std::string message, model::event_kind kind = model::event_kind::log) {
    auto& list = events_[id];
    list.push_back({list.size() + 1, wall_time(std::chrono::seconds(1'800'000'000)), kind, std::move(message), R"({"x":1})"});
    deployments_[id].last_seq = list.size();
    changed_.notify();
  }
  void end(const std::string& id) {
    deployments_[id].state.phase = model::phase::succeeded;
    append(id, "done", model::event_kind::finished);
  }

  task<result<store::admitted>> submit(model::deployment_request r, std::string principal, std::string key) override {
    if (explode) throw std::runtime_error("submit exploded");
    asked.push_back(r);
    model::deployment d;
    d.id = "0198c0de-0000-7000-8000-" + std::to_string(100000000000 + deployments_.size());
    d.kind = r.kind;
    d.release = r.release;
    d.environment = r.environment;
    d.chart = r.chart;
    d.asked_revision = r.revision;
    d.asked_reason = r.reason;
    d.principal = principal;
    d.created_at = wall_time(std::chrono::seconds(1'800'000'000));
    for (const auto& [id, known] : deployments_) {
      if (key.empty() || known.idempotency_key != key) continue;
      const bool same = known.chart == d.chart && known.release == d.release;
      co_return store::admitted{same ? store::admission::attach : store::admission::conflict, known};
    }
    d.idempotency_key = key;
    deployments_[d.id] = d;
    append(d.id, "created", model::event_kind::created);
    co_return store::admitted{store::admission::create, deployments_[d.id]};
  }

  task<result<std::optional<model::deployment>>> find(std::string id) override {
    const auto at = deployments_.find(id);
    if (at == deployments_.end()) co_return std::optional<model::deployment>();
    co_return at->second;
  }

  task<result<std::vector<model::deployment>>> list(store::list_filter filter) override {
    std::vector<model::deployment> out;
    for (const auto& [id, d] : deployments_) {
      if (!filter.release || d.release == *filter.release) out.push_back(d);
    }
    co_return out;
  }

  task<result<model::deployment>> cancel(std::string id, std::optional<model::on_cancel> mode, std::string by, std::string reason) override {
    model::deployment& d = deployments_[id];
    if (model::is_final(d.state.phase)) co_return fail(errc::conflict, "the deployment has ended: succeeded");
    d.cancel = model::cancel_request{mode.value_or(model::on_cancel::rollback), std::move(by), std::move(reason)};
    co_return d;
  }

  task<result<model::deployment>> promote(std::string id, model::promotion to) override {
    deployments_[id].promote = std::move(to);
    co_return deployments_[id];
  }

  task<result<store::admitted>> retry(std::string id, std::string principal, model::reach) override {
    store::admitted again{store::admission::create, deployments_[id]};
    again.deployment.principal = std::move(principal);
    co_return again;
  }

  task<result<runner::events_page>> wait_events(std::string id, uint64_t after, std::chrono::milliseconds limit, runner::take_events take) override {
    if (broken_events) co_return fail(errc::unavailable, "the disk is gone");
    const uint64_t seen = changed_.version();
    const std::function<bool()> taking = take_of(id, after, take);
    if (events_[id].size() <= after && !is_over(id)) co_await changed_.wait_change(seen, limit, taking);
    co_return page_of(id, after);
  }

  task<result<std::optional<nlohmann::json>>> release_status(model::release_id id) override {
    if (id.name == "unknown") co_return std::optional<nlohmann::json>();
    co_return nlohmann::json::parse(R"({"release":{"cluster":"default","namespace":"shop","name":"web"},"revision":3,
      "status":"deployed","chart":"web-1.0.0","workloads":[],"way_back":null,"holder":null})");
  }
  task<result<std::optional<nlohmann::json>>> release_history(model::release_id) override {
    co_return nlohmann::json::parse(R"({"revisions":[{"revision":1,"status":"superseded","chart":"web-1.0.0",
      "updated":"2026-01-01T00:00:00Z","description":"Install complete","standing":"verified"}]})");
  }
  task<result<nlohmann::json>> plan(model::deployment_request r) override {
    asked.push_back(std::move(r));
    co_return nlohmann::json::parse(R"({"steps":[],"way_back":null,"holder":null,
      "changes":[{"object":"Deployment/web","action":"change","changes":[{"path":"/spec/replicas","from":1,"to":2}]}],"warnings":["x"]})");
  }
  task<result<bool>> has_chart(std::string digest) override { co_return charts_.contains(digest); }
  task<result<void>> put_chart(std::string digest, std::string archive) override {
    if (archive.empty()) co_return fail(errc::invalid_input, "the archive is empty");
    charts_.insert(digest);
    co_return result<void>();
  }
  task<result<model::fetched_chart>> fetch_chart(model::chart_reference wanted) override {
    model::fetched_chart fetched{std::string(64, 'a'), wanted.name, wanted.version, wanted.digest};
    co_return fetched;
  }
  task<result<wire::release_health>> release_health(model::release_id id, wire::metric_options options) override {
    if (id.name == "unknown") co_return fail(errc::not_found, "no source of metrics is known for this release", "metrics");
    wire::release_health out;
    out.release = id;
    out.source = options.measured && options.measured->metrics ? options.measured->metrics->plugin : "prometheus";
    out.window = options.window ? std::to_string(options.window->count()) + "ms" : "60s";
    wire::health_check check;
    check.check = "error-rate";
    check.value = 0.5;
    out.checks.push_back(check);
    co_return out;
  }
  task<result<wire::deployment_metrics>> deployment_metrics(std::string id, wire::metric_options) override {
    wire::deployment_metrics out;
    out.deployment = id;
    out.canary = wire::side_metrics{};
    out.measurements.push_back({"2026-01-01T00:00:00Z", 10, {}});
    out.verdicts.push_back({"2026-01-01T00:00:00Z", std::nullopt, {}});
    co_return out;
  }
  task<result<wire::metric_change>> compare_metric(std::string id, wire::metric_options options) override {
    wire::metric_change out;
    out.deployment = id;
    out.metric = options.metric;
    out.change = 0.25;
    co_return out;
  }
  task<std::vector<std::string>> not_ready_because() override { co_return not_ready; }
  task<result<wire::checks>> diagnose(wire::doctor_question) override { co_return wire::only(wire::well("cluster", "v1.36")); }
  std::string metrics() override { return "leadsman_fake 1\n"; }

  static constexpr size_t k_page = 100;
  bool explode = false;
  bool broken_events = false;
  std::vector<std::string> not_ready;
  std::vector<model::deployment_request> asked;  // to submit or to plan

 private:
  bool is_over(const std::string& id) { return model::is_final(deployments_[id].state.phase); }

  runner::events_page page_of(const std::string& id, uint64_t after) {
    const auto& list = events_[id];
    runner::events_page page;
    for (size_t i = after; i < list.size() && page.events.size() < k_page; ++i) page.events.push_back(list[i]);
    page.ended = is_over(id) && after + page.events.size() >= list.size();
    return page;
  }

  std::function<bool()> take_of(const std::string& id, uint64_t& after, const runner::take_events& take) {
    return [this, &id, &after, take] {
      const runner::events_page page = page_of(id, after);
      if (!take || page.events.empty() || !take(page)) return false;
      after += page.events.size();
      return !page.ended;
    };
  }

  std::map<std::string, model::deployment> deployments_;
  std::map<std::string, std::vector<model::event>> events_;
  std::set<std::string> charts_;
  notifier changed_;
};

}  // namespace leadsman::http

#include "runner/rollouts.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "archive/archive.hpp"
#include "archive/chart.hpp"
#include "async/offload.hpp"
#include "base/idle_memory.hpp"
#include "flow/admission.hpp"
#include "runner/canary/probe.hpp"
#include "runner/chart.hpp"
#include "runner/id.hpp"
#include "runner/idempotency.hpp"
#include "sign/hash.hpp"
#include "wire/model.hpp"

namespace leadsman::runner {

using model::event_kind;
using nlohmann::json;

namespace {

constexpr auto k_between_forgetting = std::chrono::hours(24);
constexpr auto k_before_rest = std::chrono::seconds(1);

// In the middle of its own upgrade the agent would be replaced, and nobody would be there to judge it or to go back.
result<void> check_other_release(const model::release_id& wanted, const std::optional<model::release_id>& own) {
  if (!own || wanted != *own) return {};
  return fail(errc::refused, model::to_string(wanted) + " is the agent's own release, and it does not deploy itself: it would be replaced halfway. Upgrade it with helm: "
                             "helm upgrade " + wanted.name + " CHART --namespace " + wanted.name_space + " --values FILE --wait, and go back with helm rollback",
              "release");
}

}  // namespace

model::deployment make_deployment(const model::deployment_request& request, const std::string& principal, const std::string& key) {
  model::deployment d;
  d.created_at = leadsman::now();
  d.id = make_id(d.created_at);
  d.kind = request.kind;
  d.release = request.release;
  d.environment = request.environment;
  d.version = request.version;
  d.chart = request.chart;
  d.policy = request.policy;
  d.origin = request.origin;
  d.principal = principal;
  d.idempotency_key = key;
  d.request_digest = request_digest(request);
  d.asked_reason = request.reason;
  d.asked_revision = request.revision;
  return d;
}

std::string describe(const model::deployment& d) {
  if (d.kind == model::request_kind::rollback) {
    const std::string to = d.asked_revision ? "revision " + std::to_string(*d.asked_revision) : "the last verified revision";
    return "roll back " + model::to_string(d.release) + " to " + to + (d.asked_reason.empty() ? "" : ": " + d.asked_reason);
  }
  const std::string chart = d.chart.name + "-" + d.chart.version;
  if (d.kind == model::request_kind::promote) return "promote the canary of " + model::to_string(d.release) + ", " + chart;
  if (d.kind == model::request_kind::abort) return "remove the canary of " + model::to_string(d.release) + ", " + chart + (d.asked_reason.empty() ? "" : ": " + d.asked_reason);
  return "deploy " + chart + " as " + model::to_string(d.release);
}

rollouts::rollouts(facilities shared, clusters& known, sign::secret_box at_rest)
    : shared_(std::move(shared)), clusters_(known), at_rest_(at_rest), followers_(shared_.executor), running_group_(shared_.executor), upkeep_(shared_.executor) {
  for (const auto& [word, phase] : model::k_phase) {
    if (model::is_final(phase)) ended_by_phase_[std::string(word)] = 0;
  }
}

task<result<void>> rollouts::resume() {
  // Charts that an agent before us had unpacked when it died; what is still needed is unpacked again.
  std::error_code ignored;
  std::filesystem::remove_all(shared_.run_dir / "charts", ignored);
  LEADSMAN_CO_TRY(const auto ids, co_await shared_.store.unfinished());
  for (const std::string& id : ids) {
    const auto taken = co_await take_up(id);
    if (!taken) co_await abandon(id, taken.error().message);
  }
  upkeep_.spawn("upkeep", [this] { return keep_forgetting(); });
  co_return result<void>{};
}

task<void> rollouts::keep_forgetting() {
  for (;;) {
    store::retention what = shared_.retention;
    what.now = leadsman::now();
    const auto done = co_await shared_.store.prune(what);
    if (done) {
      spdlog::debug("forgotten: deployments that ended more than {} days ago (but the newest {} of each release), charts that none mentions, nonces that have expired",
                    std::chrono::floor<std::chrono::days>(what.max_age).count(), what.keep_per_release);
    }
    if (!done) spdlog::warn("what nobody needs cannot be forgotten now: {}", done.error().message);
    co_await sleep_for(k_between_forgetting);
  }
}

task<result<model::deployment_request>> rollouts::request_of(std::string id) {
  LEADSMAN_CO_TRY(const std::string sealed, co_await shared_.store.sealed_request(id));
  co_return unseal_request(at_rest_, sealed);
}

task<result<void>> rollouts::take_up(std::string id) {
  LEADSMAN_CO_TRY(auto found, co_await shared_.store.find(id));
  if (!found) co_return fail(errc::not_found, "it is not in the store any more");
  LEADSMAN_CO_TRY(auto request, co_await request_of(id));
  spdlog::info("deployment {} of {} is taken up again", id, model::to_string(found->release));
  co_return start(std::move(*found), std::move(request));
}

void rollouts::count_end(model::phase phase, model::rollback_outcome rollback) {
  ++ended_by_phase_[std::string(model::word_of(model::k_phase, phase))];
  if (rollback == model::rollback_outcome::failed) ++failed_ways_back_;
}

task<void> rollouts::stop() {
  upkeep_.cancel();
  for (const auto& [id, r] : running_) r->stop();
  co_await running_group_.join();
  co_await upkeep_.join();
}

task<void> rollouts::run(std::shared_ptr<rollout> r) {
  co_await run_rollout(r);
  const model::deployment& ended = r->now();
  if (model::is_final(ended.state.phase)) count_end(ended.state.phase, ended.state.rollback);
  else if (!r->stopping()) abandoned_[r->id()] = "its end could not be saved; the agent's log says why";
  running_.erase(r->id());
  co_await followers_.tell_the_end(r->id());
  followers_.forget(r->id());
  if (running_.empty() && !shared_.forgetful) upkeep_.spawn("idle", [this] { return rest(); });
}

// What a deployment held is free only when its last coroutine and its followers are gone.
task<void> rollouts::rest() {
  co_await sleep_for(k_before_rest);
  if (running_.empty()) release_idle_memory();
}

result<void> rollouts::start(model::deployment d, model::deployment_request request) {
  LEADSMAN_TRY(cluster* const target, clusters_.find(request.release.cluster));
  const std::string id = d.id;
  const auto r = std::make_shared<rollout>(shared_, *target, std::move(d), std::move(request), followers_);
  running_[id] = r;
  ++started_;
  running_group_.spawn("deployment " + id, [this, r] { return run(r); });
  return {};
}

task<result<void>> rollouts::check(const model::deployment_request& request) {
  LEADSMAN_CO_CHECK(clusters_.find(request.release.cluster));
  LEADSMAN_CO_CHECK(check_other_release(request.release, shared_.own_release));
  if (!model::is_rendered(request.kind)) co_return result<void>{};
  LEADSMAN_CO_CHECK(check_probe(shared_.probes, request.canary));
  LEADSMAN_CO_TRY(const bool there, co_await shared_.store.has_chart(request.chart.digest));
  if (!there) co_return fail(errc::not_found, "this agent does not have the chart; upload it to /v1/charts/" + request.chart.digest + " first", "chart.digest");
  LEADSMAN_CO_TRY(const helm::values_input input, values_input_of(request, {}));
  LEADSMAN_CO_CHECK(helm::prepare_values(input));
  co_return result<void>{};
}

task<result<store::admitted>> rollouts::submit(model::deployment_request request, std::string principal, std::string request_key) {
  LEADSMAN_CO_CHECK(co_await check(request));
  const int run_attempt = request.origin.run_attempt;
  if (request.origin.run_id.empty() && request_key.empty()) request_key = sign::to_hex(sign::random_bytes(16));
  store::new_deployment wished;
  wished.deployment = make_deployment(request, principal, idempotency_key(request, principal, request_key));
  wished.sealed_request = seal_request(at_rest_, request);
  wished.first_event = [](const model::deployment& d) { return make_event(event_kind::created, describe(d), json(d)); };
  const std::string digest = wished.deployment.request_digest;
  const store::decide_admission decide = [digest, run_attempt](const std::optional<model::deployment>& newest) {
    return flow::assess_admission(newest, digest, run_attempt);
  };
  LEADSMAN_CO_TRY(store::admitted admitted, co_await enter(std::move(wished), request, decide));
  if (admitted.outcome == model::admission::conflict) {
    co_return fail(errc::conflict, "this run has asked for another deployment of " + model::to_string(request.release) +
                                       " already (" + admitted.deployment.id + "); give the step an id of its own, or start a new run");
  }
  co_return admitted;
}

task<result<store::admitted>> rollouts::enter(store::new_deployment wished, model::deployment_request request, store::decide_admission decide) {
  const std::string principal = wished.deployment.principal;
  LEADSMAN_CO_TRY(store::admitted admitted, co_await shared_.store.admit(std::move(wished), std::move(decide)));
  if (admitted.outcome == model::admission::attach) {
    LEADSMAN_CO_CHECK(co_await attach(admitted.deployment, request.origin.run_attempt, principal));
  }
  if (admitted.outcome == model::admission::create) {
    LEADSMAN_CO_CHECK(start(admitted.deployment, std::move(request)));
  }
  co_return admitted;
}

// Somebody came again. A later attempt of the run also takes a paused deployment up again.
task<result<void>> rollouts::attach(model::deployment d, int run_attempt, std::string principal) {
  if (const auto why = abandoned_.find(d.id); why != abandoned_.end()) {
    co_return fail(errc::conflict, "deployment " + d.id + " of the same request is unfinished, and this agent cannot carry it on: " + why->second +
                                       "; mend that and restart the agent, or end it with: leadsman cancel " + d.id);
  }
  const auto at = running_.find(d.id);
  if (at == running_.end()) co_return result<void>{};
  const std::shared_ptr<rollout> r = at->second;
  store::change what;
  what.events.push_back(make_event(event_kind::attached, principal + " attached, run attempt " + std::to_string(run_attempt)));
  what.clear_cancel = r->now().cancel && r->now().cancel->mode == model::on_cancel::pause && run_attempt > d.origin.run_attempt;
  const auto saved = co_await r->log.save(std::move(what));
  // It may have ended meanwhile: who follows it then hears how.
  if (!saved && saved.error().code != errc::conflict) co_return fail(saved.error());
  r->changed.notify();
  co_return result<void>{};
}

task<result<std::optional<model::deployment>>> rollouts::find(std::string id) { co_return co_await shared_.store.find(id); }

task<result<std::vector<model::deployment>>> rollouts::list(store::list_filter filter) { co_return co_await shared_.store.list(filter); }

task<result<events_page>> rollouts::wait_events(std::string id, uint64_t after, std::chrono::milliseconds limit, take_events take) {
  using namespace std::chrono_literals;
  constexpr int k_page = 200;
  bool end_taken = false;
  const std::function<bool()> take_recent = [&] {
    const auto page = followers_.recent(id, after);
    if (!take || page->events.empty() || !take(*page)) return false;
    after = page->events.back().seq;
    end_taken = page->ended;
    return true;
  };
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const bool running = running_.contains(id);
    const uint64_t seen = running ? followers_.version(id) : 0;
    events_page page;
    if (followers_.keeps_all(id, after)) {
      page = *followers_.recent(id, after);
    } else {
      LEADSMAN_CO_TRY(auto stored, co_await shared_.store.events(id, after, k_page));
      page = page_of(std::move(stored));
    }
    if (!page.events.empty()) co_return page;
    if (!running_.contains(id)) {
      LEADSMAN_CO_TRY(const auto found, co_await shared_.store.find(id));
      if (!found) co_return fail(errc::not_found, "there is no deployment " + id);
      page.ended = model::is_final(found->state.phase);
      if (page.ended && found->last_seq <= after) co_return page;
      // It has ended, with more events, since we asked.
      if (page.ended) continue;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) co_return page;
    if (running_.contains(id)) co_await followers_.wait(id, seen, left, take_recent);
    else co_await sleep_for(std::min<std::chrono::milliseconds>(left, 1s));  // nobody carries it on who could wake us
    if (end_taken) {
      page.ended = true;
      co_return page;
    }
  }
}

task<result<bool>> rollouts::has_chart(std::string digest) { co_return co_await shared_.store.has_chart(digest); }

task<result<void>> rollouts::put_chart(std::string digest, std::string archive) {
  const std::function<result<std::string>()> checking = [&archive]() -> result<std::string> {
    LEADSMAN_TRY(const archive::content_map content, archive::read_archive(archive));
    const auto chart_file = content.find("Chart.yaml");
    if (chart_file == content.end()) return fail(errc::invalid_input, "the archive holds no chart: there is no Chart.yaml at its top");
    LEADSMAN_CHECK(archive::parse_chart(chart_file->second.data, "Chart.yaml"));
    return archive::digest_of(content);
  };
  LEADSMAN_CO_TRY(const std::string found, co_await offload(shared_.blocking, checking));
  if (found != digest) co_return fail(errc::invalid_input, "the archive has the digest " + found + ", not the one it was uploaded under", "digest");
  co_return co_await shared_.store.put_chart(std::move(digest), std::move(archive));
}

}  // namespace leadsman::runner

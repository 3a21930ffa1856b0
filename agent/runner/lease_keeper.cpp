#include "runner/lease_keeper.hpp"

#include <spdlog/spdlog.h>

namespace leadsman::runner {

using nlohmann::json;

namespace {

constexpr const char* k_holder_annotation = "leadsman/holder";
constexpr const char* k_supersede_annotation = "leadsman/superseded-by";

kube::lease_claim make_claim(const wire::holder& self) {
  kube::lease_claim claim;
  claim.identity = "leadsman/" + self.deployment;
  claim.duration = k_lease_duration;
  claim.annotations[k_holder_annotation] = json(self).dump();
  claim.requests.push_back(k_supersede_annotation);  // it was meant for whoever held the release before
  return claim;
}

}  // namespace

std::string lease_name(const model::release_id& release) { return "leadsman-" + release.name; }

wire::holder holder_of(const kube::lease& seen) {
  if (const auto note = seen.annotations.find(k_holder_annotation); note != seen.annotations.end()) {
    const json value = json::parse(note->second, nullptr, false);
    if (auto parsed = wire::parse<wire::holder>(value); value.is_object() && parsed) return *parsed;
  }
  wire::holder unknown;
  unknown.agent = seen.holder;
  if (seen.acquired) unknown.since = format_rfc3339(*seen.acquired);
  return unknown;
}

std::string describe(const wire::holder& h) {
  std::string text = h.repository.empty() ? (h.agent.empty() ? "somebody" : h.agent) : h.repository;
  if (!h.run_id.empty()) text += ", run " + h.run_id;
  if (!h.since.empty()) text += ", since " + h.since;
  if (!h.deployment.empty()) text += " (deployment " + h.deployment + ")";
  return text;
}

lease_keeper::lease_keeper(kube::client& api, model::release_id release, wire::holder self, notifier& changed, lease_pace pace)
    : release_(release),
      self_(std::move(self)),
      changed_(changed),
      pace_(pace),
      lock_(api, release.name_space, lease_name(release), make_claim(self_)),
      renewal_(changed.executor()) {}

task<result<std::optional<wire::holder>>> lease_keeper::try_acquire() {
  co_await stop_renewing();
  const auto asked_at = std::chrono::steady_clock::now();
  auto taken = co_await lock_.acquire();
  if (taken) {
    held_ = true;
    lost_ = false;
    renewed_at_ = asked_at;
    hear(*taken);
    renewal_.spawn("lease of " + model::to_string(release_), [this] { return keep_renewing(); });
    renewal_.spawn("patience for the lease of " + model::to_string(release_), [this] { return watch_renewals(); });
    co_return std::optional<wire::holder>{};
  }
  if (taken.error().code != errc::conflict || !lock_.current()) co_return fail(taken.error());
  co_return std::optional<wire::holder>(holder_of(*lock_.current()));
}

task<result<void>> lease_keeper::ask_to_supersede() {
  LEADSMAN_CO_CHECK(co_await lock_.annotate(k_supersede_annotation, self_.deployment));
  co_return result<void>{};
}

void lease_keeper::hear(const kube::lease& seen) {
  const auto asked = seen.annotations.find(k_supersede_annotation);
  if (asked == seen.annotations.end() || asked->second == self_.deployment || asked->second == superseded_by_) return;
  superseded_by_ = asked->second;
  changed_.notify();
}

void lease_keeper::lose(const std::string& why) {
  spdlog::error("deployment {}: the lease of {} is lost: {}", self_.deployment, model::to_string(release_), why);
  held_ = false;
  lost_ = true;
  changed_.notify();
}

task<void> lease_keeper::keep_renewing() {
  auto wait = pace_.renewal;
  while (!lost_) {
    co_await sleep_for(wait);  // canceled: the next co_await unwinds
    const auto asked_at = std::chrono::steady_clock::now();
    const auto renewed = co_await lock_.renew();
    wait = renewed ? pace_.renewal : pace_.retry;
    if (renewed) {
      renewed_at_ = asked_at;
      hear(*renewed);
    } else if (renewed.error().code == errc::conflict && !lost_) {
      lose(renewed.error().message);
    } else {
      spdlog::warn("lease of {}: cannot be renewed: {}", model::to_string(release_), renewed.error().message);
    }
  }
}

// Beside the renewals: an API server that takes a request and does not answer must not make us miss the end of the lease.
task<void> lease_keeper::watch_renewals() {
  while (!lost_) {
    const auto left = renewed_at_ + pace_.patience - std::chrono::steady_clock::now();
    if (left.count() <= 0) co_return lose("it could not be renewed for " + format_duration(pace_.patience));
    const bool slept = co_await sleep_for(std::chrono::ceil<std::chrono::milliseconds>(left));
    if (!slept) co_return;
  }
}

task<void> lease_keeper::stop_renewing() {
  renewal_.cancel();
  co_await renewal_.join();
}

task<void> lease_keeper::give_back() {
  co_await stop_renewing();
  if (!held_) co_return;
  held_ = false;
  const auto given = co_await lock_.release();
  if (!given) spdlog::warn("lease of {}: cannot be given back: {}", model::to_string(release_), given.error().message);
}

}  // namespace leadsman::runner

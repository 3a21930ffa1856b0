#include "runner/lease_keeper.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace leadsman::runner {

using nlohmann::json;
using namespace std::chrono_literals;

using steady = std::chrono::steady_clock;

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

lease_keeper::lease_keeper(kube::client& api, model::release_id release, wire::holder self, notifier& changed, contact& line, lease_pace pace)
    : release_(release),
      self_(std::move(self)),
      changed_(changed),
      line_(line),
      pace_(pace),
      lock_(api, release.name_space, lease_name(release), make_claim(self_)),
      renewal_(changed.executor()) {}

task<result<std::optional<wire::holder>>> lease_keeper::try_acquire() {
  co_await stop_renewing();  // of an earlier time; one may still hang
  const auto sent_at = steady::now();
  auto taken = co_await lock_.acquire();
  if (taken) {
    renewed_at_ = sent_at;
    changed_hands_ = token_ && *token_ != taken->transitions;
    begin_renewing();
    hear(*taken);
    co_return std::optional<wire::holder>{};
  }
  if (taken.error().code != errc::conflict || !lock_.current()) co_return fail(taken.error());
  co_return std::optional<wire::holder>(holder_of(*lock_.current()));
}

void lease_keeper::begin_renewing() {
  held_ = true;
  lost_ = false;
  token_ = lock_.fencing_token();
  const std::string name = "lease of " + model::to_string(release_);
  renewal_.spawn(name, [this] { return keep_renewing(); });
  renewal_.spawn(name + ", watched", [this] { return keep_watch(); });
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
  if (!held_) return;
  spdlog::error("deployment {}: the lease of {} is lost: {}", self_.deployment, model::to_string(release_), why);
  held_ = false;
  lost_ = true;
  changed_.notify();
}

task<void> lease_keeper::keep_renewing() {
  for (auto wait = pace_.renewal; held_;) {
    co_await sleep_for(wait);  // canceled: the next co_await unwinds
    const auto sent_at = steady::now();
    const auto renewed = co_await lock_.renew();
    if (!held_) co_return;
    if (renewed) {
      renewed_at_ = sent_at;
      wait = pace_.renewal;
      hear(*renewed);
      const auto told = co_await line_.found();
      if (!told) spdlog::warn("deployment {}: {}", self_.deployment, told.error().message);
      continue;
    }
    if (renewed.error().code == errc::conflict) co_return lose(renewed.error().message);
    trouble_ = renewed.error();
    wait = pace_.retry;
  }
}

// A renewal may hang for as long as the API server does. The lease runs out meanwhile, and that is seen here.
// Told once: the API server may answer other requests meanwhile.
task<void> lease_keeper::keep_watch() {
  for (bool silent = false; held_;) {
    co_await sleep_for(std::min<std::chrono::milliseconds>(500ms, pace_.patience / 4));  // canceled: the next co_await unwinds
    const auto unrenewed = steady::now() - renewed_at_;
    if (unrenewed > pace_.patience) {
      const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(unrenewed);
      lose("it could not be renewed for " + format_duration(span) + ": " + trouble_.message);
    }
    const bool due = unrenewed >= pace_.renewal + pace_.answer_is_due;
    if (std::exchange(silent, due) || !due) continue;
    const auto told = co_await line_.lost("lease", trouble_);
    if (!told) spdlog::warn("deployment {}: {}", self_.deployment, told.error().message);
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

#pragma once

#include <boost/asio/thread_pool.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "flow/outcome.hpp"
#include "helm/chart_sources.hpp"
#include "helm/manifest.hpp"
#include "helm/runner.hpp"
#include "helm/values.hpp"
#include "model/probe_url.hpp"
#include "model/request.hpp"
#include "plan/rolling.hpp"
#include "plugin/host.hpp"
#include "runner/clusters.hpp"
#include "runner/contact.hpp"
#include "runner/journal.hpp"
#include "runner/lease_keeper.hpp"
#include "runner/queue.hpp"

namespace leadsman::runner {

// What every rollout needs and none owns.
struct facilities {
  asio::any_io_executor executor;
  store::store& store;
  helm::runner& helm;
  asio::thread_pool& blocking;  // unpacking, hashing
  plugin::host& plugins;
  std::filesystem::path run_dir;  // charts are unpacked below it
  std::string agent_name;  // shown to whoever waits for a lease
  bool forgetful = false;  // no agent will come back to this store: leases are given back when we stop
  store::retention retention{};  // what the store may forget; `now` is filled in each time
  std::optional<model::release_id> own_release{};  // the one that this agent was installed by
  helm::chart_sources charts{};  // where charts may be fetched from
  model::probe_grants probes{};  // where probes may be sent
  lease_pace pace{};  // of every lease
  std::chrono::milliseconds longest_pause = contact::k_longest_pause;  // of the cluster's own parts
  std::shared_ptr<runner::queue> queue = std::make_shared<runner::queue>();  // who waits for a release
};

// How a step ended.
struct step_result {
  flow::outcome outcome = flow::outcome::done;
  std::string reason{};   // CamelCase, when it did not end well
  std::string message{};  // for people
  std::optional<int> weight{};  // that somebody asked for, or that was adopted
};

// One deployment under way: its journal, and what its steps hand to each other. A step only relies on what the journal
// and the cluster say; the optional members below are shortcuts that a restart loses.
struct rollout {
  rollout(facilities& f, cluster& c, model::deployment d, model::deployment_request r, followers& audience);

  facilities& shared;
  cluster& target;
  model::deployment_request request;
  journal log;
  contact line;
  notifier changed;  // a cancel request, a supersede request, a lost lease
  lease_keeper lease;

  helm::prepared_values values;
  helm::prepared_values canary_values;
  std::vector<std::string> hidden;  // secrets, see hide_secrets
  std::filesystem::path chart_folder;
  plan::rolling_plan plan;
  std::optional<helm::release> rendered;  // what preflight rendered
  std::optional<helm::release> rendered_canary;

  const model::deployment& now() const { return log.now(); }
  const std::string& id() const { return log.now().id; }
  const model::release_id& release() const { return request.release; }
  const model::policy& policy() const { return request.policy; }
  model::reach reach() const { return model::reach_of(request, now().principal); }
  // The agent is about to end: every step comes to a safe end soon, and stays intended for the next agent.
  void stop();
  bool stopping() const { return stopping_; }
  // What a step was told, or not told, says nothing then: it is left as intended and taken up again.
  bool interrupted() const { return stopping_ || lease.lost(); }
  std::unexpected<error> stopped() const { return fail(errc::canceled, "the agent is stopping"); }

  // Adds what values and manifest keep secret to what the journal hides.
  void hide_secrets(const std::vector<helm::object>& objects);
  bool asked_to_stop() const;  // stopping, rollback requested, superseded, or the lease lost: helm is ended at once
  bool asked_to_leave() const;  // or to leave all as it is: nothing is waited for, and helm is let end

 private:
  bool stopping_ = false;
};

// Performs the deployment from where its journal stands to its end, then returns; or returns early after stop(): the
// next agent goes on.
task<void> run_rollout(std::shared_ptr<rollout> r);

// The intent of the step under way, saved before its effect: `detail` is what the step itself needs to know after a
// restart.
task<result<void>> intend(rollout& r, nlohmann::json detail);
store::change make_intent(const rollout& r, const nlohmann::json& detail);  // the same, for more to be saved with it
nlohmann::json intent_of(const rollout& r);
// What a step has saved like that, and what the last one of a kind has; an empty object when there is nothing.
nlohmann::json detail_of(const model::step_record& step);
nlohmann::json detail_of_last(const rollout& r, model::step_kind kind);

// Saves that `revision` is the release's newest now.
task<result<void>> note_revision(rollout& r, int revision);

// Asks again, with a word to the followers, while the API server does not answer; every other answer is returned. So is
// its silence once the lease is lost, unless that does not matter.
enum class lease_matters { no,
                           yes };
template <class T>
using ask = std::function<task<result<T>>()>;
template <class T>
task<result<T>> persist(rollout& r, std::string what, ask<T> question, lease_matters matters = lease_matters::yes);

}  // namespace leadsman::runner

#include "runner/persist.hpp"

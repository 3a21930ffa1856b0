#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "model/gate.hpp"
#include "model/release_id.hpp"
#include "model/values_file.hpp"
#include "model/words.hpp"

namespace leadsman::model {

// Requests that are led to the canary whatever its weight: by a header or a cookie.
struct traffic_match {
  enum class by { header, cookie };
  by kind = by::header;
  std::string name;
  std::string value;  // exact

  bool operator==(const traffic_match&) const = default;
};

// How many pods the canary has: one for each share of stable's that its weight asks for, always as many, or as many as stable.
enum class canary_scale { proportional, fixed, full };
inline constexpr word<canary_scale> k_canary_scale[]{
    {"proportional", canary_scale::proportional}, {"fixed", canary_scale::fixed}, {"full", canary_scale::full}};

// What becomes of the canary when it was aborted: removed, or kept without traffic for a look.
enum class aborted_canary { remove, keep };
inline constexpr word<aborted_canary> k_aborted_canary[]{{"remove", aborted_canary::remove}, {"keep", aborted_canary::keep}};

// Hooks other than tests (migrations) would run for the canary too: refused until the user has said when they are to run.
enum class canary_hooks { refuse, run_in_canary, at_promotion };
inline constexpr word<canary_hooks> k_canary_hooks[]{
    {"refuse", canary_hooks::refuse}, {"run-in-canary", canary_hooks::run_in_canary}, {"at-promotion", canary_hooks::at_promotion}};

// What follows the last weight: stable becomes what the canary is, or both stay, for an experiment, until somebody promotes
// or removes the canary.
enum class canary_end { promote, keep };
inline constexpr word<canary_end> k_canary_end[]{{"promote", canary_end::promote}, {"keep", canary_end::keep}};

// Somebody else changed the route or the number of pods while the rollout was under way. cancel: it ends, and all stays as
// that somebody has made it.
enum class foreign_edits { revert, adopt, pause, cancel, abort };
inline constexpr word<foreign_edits> k_foreign_edits[]{{"revert", foreign_edits::revert},
                                                      {"adopt", foreign_edits::adopt},
                                                      {"pause", foreign_edits::pause},
                                                      {"cancel", foreign_edits::cancel},
                                                      {"abort", foreign_edits::abort}};

// Requests of our own through a URL. Something in the answer tells which side gave it.
struct traffic_probe {
  std::string url;     // http or https, with path and query; model::parse_probe_url
  std::string host;    // for the Host header and the certificate; empty: the URL's
  std::string header;  // of the answer, whose value tells the side; or
  std::string json;    // JSON pointer into its body
  std::string canary;  // which values are the canary's, '*' for any characters; empty: those that stable never gave before

  bool operator==(const traffic_probe&) const = default;
};

// Traffic says something else than the weight.
enum class unconfirmed { abort, go_on };
inline constexpr word<unconfirmed> k_unconfirmed[]{{"abort", unconfirmed::abort}, {"go-on", unconfirmed::go_on}};

// How it is known that traffic follows a weight: by probes, or by what the data plane (or the application) counts.
struct traffic_check {
  std::optional<traffic_probe> probe;      // one of the two
  std::optional<request_source> counters;
  int samples = 100;  // answers that are judged at least. None of 100 at the canary: its share is below 3 % (rule of three)
  std::chrono::milliseconds timeout = std::chrono::minutes(1);
  unconfirmed otherwise = unconfirmed::abort;

  bool operator==(const traffic_check&) const = default;
};

struct canary_step {
  int weight = 0;  // percent; the matches alone when 0
  std::optional<std::chrono::milliseconds> pause;  // before the next step; absent: until it is promoted by hand
  std::optional<std::chrono::milliseconds> after{};  // by time: it comes so long after the first weight, and no pause before it counts
  std::vector<traffic_match> matches;
  std::vector<gate> gates;

  bool operator==(const canary_step&) const = default;
};

// The plugin that says and sets who sees the canary, and what it is told.
struct router_use {
  std::string plugin;   // "gateway-api"
  std::string config;   // JSON text, the plugin's own: {"route": "shop"}
  std::string service;         // stable's
  std::string canary_service;  // empty: the one that the same template makes for the twin

  bool operator==(const router_use&) const = default;
};

inline constexpr int k_default_steps[]{5, 10, 25, 50, 75, 100};
inline constexpr int k_default_target = 5;  // of a canary that waits at one weight
// helm allows 53 characters, and the canary's name is longer.
inline constexpr std::string_view k_canary_suffix = "-canary";
inline constexpr size_t k_canary_release_limit = k_release_name_limit - k_canary_suffix.size();

// How a release goes to production a few percent at a time.
struct canary {
  router_use router;
  std::vector<canary_step> steps;      // weights ascend
  std::optional<std::chrono::milliseconds> done_after{};  // by time: stable is upgraded so long after the first weight
  std::optional<metric_source> metrics;  // who is asked for the numbers of the gates
  std::vector<values_file> values;     // for the canary only, after the release's own
  canary_scale scale = canary_scale::proportional;
  int replicas = 1;                    // of each workload, when fixed
  canary_end at_end = canary_end::promote;
  aborted_canary when_aborted = aborted_canary::remove;
  canary_hooks hooks = canary_hooks::refuse;
  model::foreign_edits foreign_edits = model::foreign_edits::revert;
  std::optional<traffic_check> in_effect{};  // absent: it is not known, and `settle` is waited
  std::chrono::milliseconds settle = std::chrono::seconds(1);  // from accepted to taken for in effect

  bool operator==(const canary&) const = default;
};

// The release that the canary is.
inline release_id canary_of(release_id stable) {
  stable.name += k_canary_suffix;
  return stable;
}

// The step that a weight belongs to: its own, or for one that somebody asked for by hand, the next one of the list, and
// beyond the list the last.
inline const canary_step* step_of(const canary& c, int weight) {
  const auto at = std::ranges::find_if(c.steps, [weight](const canary_step& s) { return s.weight >= weight; });
  if (at != c.steps.end()) return &*at;
  return c.steps.empty() ? nullptr : &c.steps.back();
}

// The step that follows a weight by the list; absent after the last.
inline const canary_step* step_after(const canary& c, int weight) {
  const auto next = std::ranges::find_if(c.steps, [weight](const canary_step& s) { return s.weight > weight; });
  return next == c.steps.end() ? nullptr : &*next;
}

// Steps that come at their times, and not one after another.
inline bool goes_by_time(const canary& c) {
  return c.done_after || std::ranges::any_of(c.steps, [](const canary_step& s) { return s.after.has_value(); });
}

// What a canary measures: the gates of all its weights, each once.
measured_release measured_of(const canary& c);

// The same canary, but at one weight, where it waits until somebody promotes it; with the gates of the step that the weight
// belongs to.
inline canary waiting_at(canary c, int weight) {
  canary_step only = *step_of(c, weight);
  only.weight = weight;
  only.pause.reset();
  only.after.reset();
  c.steps = {std::move(only)};
  c.done_after.reset();
  return c;
}

}  // namespace leadsman::model

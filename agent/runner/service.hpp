#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "model/chart_reference.hpp"
#include "model/deployment.hpp"
#include "model/event.hpp"
#include "store/store.hpp"
#include "wire/check.hpp"
#include "wire/doctor.hpp"
#include "wire/health.hpp"

namespace leadsman::runner {

struct events_page {
  std::vector<model::event> events;
  bool ended = false;  // the deployment is final and `events` holds its last one: nothing will follow
};

// Takes news as they come. True when all of them are taken, and those after them are waited for.
using take_events = std::function<bool(const events_page&)>;

// Everything the API can do: what agent/http calls and agent/runner implements.
class service {
 public:
  virtual ~service() = default;

  // Creates a deployment, or attaches to the one of the same idempotency key. `principal` is who asks, proved;
  // `request_key` is the caller's own key for requests that come from no workflow run (may be empty: always new).
  // Errors: conflict (same key, other content), not_found (chart not uploaded, cluster not known), invalid_input,
  // unavailable (the store cannot save).
  virtual task<result<store::admitted>> submit(model::deployment_request request, std::string principal,
                                               std::string request_key) = 0;

  virtual task<result<std::optional<model::deployment>>> find(std::string id) = 0;
  virtual task<result<std::vector<model::deployment>>> list(store::list_filter filter) = 0;

  // Takes effect at the next step boundary. A deployment that no agent can carry on is ended at once, with reason Abandoned.
  // Rollback of one that has ended and left a canary is another deployment, which takes that away: the one returned.
  // Errors: not_found; conflict when it has ended already (the message says how), or is to go on and cannot; unavailable
  // while the agent is still taking up what it found.
  virtual task<result<model::deployment>> cancel(std::string id, std::optional<model::on_cancel> mode, std::string by,
                                                 std::string reason) = 0;

  // A canary goes on to its next weight, to a certain one, or all the way, once the gates of the weight that it has have
  // passed; a pause that somebody asked for ends. One that a deployment has left becomes stable by another deployment: the one
  // returned. Errors: not_found; conflict when the deployment has ended, has no canary or
  // no weight left, or has that weight already.
  virtual task<result<model::deployment>> promote(std::string id, model::promotion asked) = 0;

  // The request of a deployment that ended badly once more, with the chart and the values that it had, as a new deployment
  // that names it. Who asks for the same again is attached to that one. Errors: not_found (no such deployment, or it is
  // forgotten); conflict when it is under way or has succeeded; refused when its request cannot be read any more; and those
  // of submit.
  virtual task<result<store::admitted>> retry(std::string id, std::string principal, model::reach reach) = 0;

  // The events after `after`; when there are none yet, waits for some up to `limit` (then an empty page). Every follower
  // reads at its own pace; a slow one holds nobody up. While it waits, `take` (may be empty) is offered what comes: what it
  // takes is in no page; when that was the end, the page is empty and `ended`. Errors: not_found.
  virtual task<result<events_page>> wait_events(std::string id, uint64_t after, std::chrono::milliseconds limit, take_events take) = 0;

  // {"release", "revision", "status", "chart", "workloads": [...], "way_back", "holder"}; absent when helm knows no such
  // release. Errors: unavailable (API server), forbidden.
  virtual task<result<std::optional<nlohmann::json>>> release_status(model::release_id id) = 0;
  // {"revisions": [{"revision", "status", "chart", "updated", "description", "standing"}]}, oldest first.
  virtual task<result<std::optional<nlohmann::json>>> release_history(model::release_id id) = 0;
  // What would be done: {"steps", "way_back", "holder", "changes": [{"object", "action", "diff"}], "warnings"}.
  virtual task<result<nlohmann::json>> plan(model::deployment_request request) = 0;

  virtual task<result<bool>> has_chart(std::string digest) = 0;
  // Unpacks and checks it first. Errors: invalid_input (no chart, hostile archive, other digest), too_large.
  virtual task<result<void>> put_chart(std::string digest, std::string archive) = 0;

  // Fetches a chart from a registry or repository, verifies and keeps it as an uploaded one is kept. Errors: refused (not
  // one of the configured sources, wrong credentials, another digest, no proper chart), not_found (no such chart or
  // version there), unavailable (nobody answers), timed_out.
  virtual task<result<model::fetched_chart>> fetch_chart(model::chart_reference wanted) = 0;

  // The decision tree, looked at once. It is that of the newest deployment with its source and Service, unless `options` say
  // them. Errors: not_found (no such release, no source), invalid_input (which Service?), of kube::client. What its source
  // does not answer is no error but `unknown`.
  virtual task<result<wire::release_health>> release_health(model::release_id id, wire::metric_options options) = 0;
  // Error rate, latency and throughput now, or when it ended; and what its gates have seen. Errors: as above.
  virtual task<result<wire::deployment_metrics>> deployment_metrics(std::string id, wire::metric_options options) = 0;
  // A metric in the window before it began, and in the one after it ended. Errors: as above; invalid_input (no such metric),
  // conflict (it has not begun).
  virtual task<result<wire::metric_change>> compare_metric(std::string id, wire::metric_options options) = 0;

  // Not an error: what keeps the agent from doing its work, one sentence each; empty when ready.
  virtual task<std::vector<std::string>> not_ready_because() = 0;

  // Whether everything is there that a deployment needs, and how to mend what is not. Changes nothing.
  // Errors: as submit; only what is wrong with the question.
  virtual task<result<wire::checks>> diagnose(wire::doctor_question question) = 0;

  // The Prometheus text of the agent's own metrics.
  virtual std::string metrics() = 0;
};

}  // namespace leadsman::runner

#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "model/deployment.hpp"
#include "model/event.hpp"
#include "wire/check.hpp"

namespace leadsman::store {

// What may be done with a request whose idempotency key is known (or not): decided by flow::assess_admission.
using model::admission;
using decide_admission = std::function<admission(const std::optional<model::deployment>& newest_of_key)>;

struct new_deployment {
  model::deployment deployment;  // `attempt` is set by the store: one more than the newest of the same key
  std::string sealed_request;    // the whole request, encrypted; opaque here
  std::function<model::event(const model::deployment&)> first_event;  // becomes seq 1; made when `attempt` is known, on any thread
};

struct admitted {
  admission outcome = admission::create;
  model::deployment deployment;  // the new one, or the one attached to or in conflict with
};

// Everything that one decision changes, saved in one transaction.
struct change {
  std::optional<model::state> state;
  std::optional<model::step_record> step;  // inserted, or replaced by (kind, attempt)
  std::optional<std::string> plan;         // once; a second one is an internal error
  std::optional<model::cancel_request> cancel;
  bool clear_cancel = false;
  std::optional<model::promotion> promote;
  bool clear_promote = false;
  std::optional<wall_time> started_at;
  std::optional<wall_time> finished_at;
  std::vector<model::event> events;  // seq is given here, in this order
};

struct list_filter {
  std::optional<model::release_id> release;
  std::string environment;  // empty: all
  int limit = 50;
};

// What may be forgotten: a finished deployment that is older than max_age and not one of the newest of its release; a
// nonce that has expired; a chart that no deployment mentions and that was put longer than max_age ago.
struct retention {
  wall_time now{};
  std::chrono::milliseconds max_age = std::chrono::hours(24 * 90);
  int keep_per_release = 20;
};

// What a save that has returned survives.
enum class durability {
  machine,  // the power going off
  process,  // kill -9; after a power failure the newest saves may be missing, the older ones are whole
};

// What the agent remembers. State rows are the truth; events tell what happened and are never replayed into state.
// All calls may fail with unavailable (disk full, locked, unreachable) or internal (corrupt); nothing is then changed.
class store {
 public:
  virtual ~store() = default;

  // `decide` runs on the store's own thread: pure, and nothing of it may be shared. invalid_input when the deployment
  // names a chart that has not been put (or was pruned meanwhile): upload it and ask again.
  virtual task<result<admitted>> admit(new_deployment request, decide_admission decide) = 0;
  // not_found for an unknown id, conflict for one that has finished: nothing is added after its last event.
  // A change to a final phase carries finished_at. Returns the events as saved, with their numbers.
  virtual task<result<std::vector<model::event>>> save(std::string id, change what) = 0;

  virtual task<result<std::optional<model::deployment>>> find(std::string id) = 0;
  virtual task<result<std::string>> sealed_request(std::string id) = 0;
  virtual task<result<std::vector<model::deployment>>> list(list_filter filter) = 0;  // newest first, without steps
  virtual task<result<std::vector<std::string>>> unfinished() = 0;                    // ids, oldest first
  // In order of seq, those after `after`, at most `limit`.
  virtual task<result<std::vector<model::event>>> events(std::string id, uint64_t after, int limit) = 0;

  // Charts, by the SHA-256 of their canonical tar. `put` of a digest that is there already changes nothing.
  virtual task<result<void>> put_chart(std::string digest, std::string archive) = 0;
  virtual task<result<bool>> has_chart(std::string digest) = 0;
  virtual task<result<std::string>> chart(std::string digest) = 0;

  // True when the nonce is new; kept until `expires`, across restarts.
  virtual task<result<bool>> remember_nonce(std::string key_id, std::string nonce, wall_time expires) = 0;

  virtual task<result<void>> prune(retention what) = 0;

  // Whether the place where it keeps things is fit for that.
  virtual task<result<wire::checks>> examine() = 0;
};

}  // namespace leadsman::store

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/phase.hpp"
#include "model/request.hpp"
#include "model/step.hpp"

namespace leadsman::model {

struct state {
  model::phase phase = phase::pending;
  std::string reason;
  std::string message;
  rollback_outcome rollback = rollback_outcome::none;
  std::optional<int> revision;           // the one now in the cluster, as far as we know
  std::optional<int> previous_revision;  // the one deployed before we started

  bool operator==(const state&) const = default;
};

// What a request becomes, given the newest deployment of the same idempotency key.
enum class admission { create, attach, conflict };

// A request to stop that has arrived and not yet taken effect.
struct cancel_request {
  on_cancel mode = on_cancel::rollback;
  std::string by;
  std::string reason;

  bool operator==(const cancel_request&) const = default;
};

// A request to go on to the next weight, to a certain one, or all the way, that has arrived and not yet taken effect.
enum class promotion_target { next, weight, full };
inline constexpr word<promotion_target> k_promotion_target[]{
    {"next", promotion_target::next}, {"weight", promotion_target::weight}, {"full", promotion_target::full}};

struct promotion {
  promotion_target to = promotion_target::next;
  int weight = 0;  // percent, of promotion_target::weight
  std::string by;

  bool operator==(const promotion&) const = default;
};

// One requested change of one release and how far it has come. The request's values are kept apart, sealed.
struct deployment {
  std::string id;  // UUIDv7
  request_kind kind = request_kind::deploy;
  release_id release;
  std::string environment;
  std::string version;
  chart_ref chart;
  model::policy policy;
  model::origin origin;
  std::string principal;
  std::string idempotency_key;
  std::string request_digest;
  int attempt = 1;  // of the same key, after one that ended badly
  std::string asked_reason;
  std::optional<int> asked_revision;
  model::state state;
  std::optional<cancel_request> cancel;
  std::optional<promotion> promote;
  std::string plan;  // JSON text, immutable once set; empty before `look`
  std::vector<step_record> steps;  // in the order in which they were begun
  wall_time created_at{};
  std::optional<wall_time> started_at;
  std::optional<wall_time> finished_at;
  uint64_t last_seq = 0;

  bool operator==(const deployment&) const = default;
};

}  // namespace leadsman::model

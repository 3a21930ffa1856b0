#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "async/task.hpp"
#include "auth/policy.hpp"
#include "sign/http_signature.hpp"
#include "store/store.hpp"

namespace leadsman::auth {

// A request as far as it is known before its body is read.
struct request_head {
  sign::request_parts parts;  // without the body
  sign::header_list headers;
  std::optional<uid_t> peer{};  // of a Unix socket, as the kernel says
};

// Who asks, proved by the head alone; the body and the nonce are still to be looked at.
struct claim {
  principal who;
  std::optional<sign::verified_request> signature{};  // absent for local callers
};

struct authenticator_options {
  std::function<wall_time()> clock = now;
  std::chrono::seconds max_skew = sign::k_default_skew;
};

// Finds out who is asking, and whether they may. Two steps, so that nobody unknown can make the agent hold a body.
class authenticator {
 public:
  // The store outlives the authenticator.
  authenticator(policy grants, store::store& nonces, authenticator_options options = {});

  // Errors: unauthenticated (not signed, unknown key, wrong signature, expired, clocks too far apart), invalid_input (a
  // malformed signature).
  result<claim> examine(const request_head& head) const;

  // Errors: unauthenticated (the body is not the one signed, or the request was seen before), unavailable (the store).
  task<result<principal>> admit(claim claimed, sign::header_list headers, std::string_view body) const;

  // Errors: forbidden, with the same words whatever the reason; the reason is logged for the operator.
  result<void> is_allowed(const principal& who, verb what, const target& where) const;
  // The same without a word in the log: for leaving out of a list what the caller may not see.
  bool may(const principal& who, verb what, const target& where) const;
  // Whether there may be a release for which it is allowed: asked before a body is read.
  result<void> is_ever_allowed(const principal& who, verb what) const;
  // Where the objects of what they ask for may be; see policy.
  model::reach reach(const principal& who, std::string_view cluster) const { return policy_.reach(who, cluster); }

 private:
  policy policy_;
  store::store* nonces_;
  authenticator_options options_;
};

}  // namespace leadsman::auth

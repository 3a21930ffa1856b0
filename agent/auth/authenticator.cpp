#include "auth/authenticator.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>

#include "sign/request_components.hpp"

namespace leadsman::auth {

namespace {

// GitHub's tokens will be read here. Until then a caller with one should hear why it does not help.
bool has_only_bearer_token(const sign::header_list& headers) {
  const auto authorization = sign::header_value(headers, "authorization");
  if (!authorization || sign::header_value(headers, "signature-input")) return false;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(std::string_view(*authorization).substr(0, 7), std::string_view("bearer "), {}, lower);
}

std::unexpected<error> deny(const std::string& reason, verb what) {
  spdlog::warn("forbidden: {}", reason);
  return fail(errc::forbidden, "this caller may not " + std::string(model::word_of(k_verb, what)) +
                                   " here; the agent's log says which rule is missing");
}

}  // namespace

authenticator::authenticator(policy grants, store::store& nonces, authenticator_options options)
    : policy_(std::move(grants)), nonces_(&nonces), options_(std::move(options)) {}

result<claim> authenticator::examine(const request_head& head) const {
  if (head.peer == ::geteuid()) return claim{{principal_kind::local, "local"}};
  if (has_only_bearer_token(head.headers)) {
    return fail(errc::unauthenticated, "bearer tokens are not available in this version; sign the request with a key "
                                       "that the agent's configuration names", "Authorization");
  }
  const auto lookup = [this](std::string_view id) -> std::optional<sign::public_key> {
    const key_grant* grant = policy_.find_key(id);
    return grant ? std::optional(grant->key) : std::nullopt;
  };
  sign::verify_options options;
  options.max_skew = options_.max_skew;
  LEADSMAN_TRY(auto verified, sign::verify_head(head.parts, head.headers, lookup, options_.clock(), options));
  const std::string name = policy_.find_key(verified.keyid)->name;
  return claim{{principal_kind::key, name}, std::move(verified)};
}

task<result<principal>> authenticator::admit(claim claimed, sign::header_list headers, std::string_view body) const {
  if (!claimed.signature) co_return claimed.who;
  LEADSMAN_CO_CHECK(sign::check_content_digest(headers, body));
  const sign::verified_request& used = *claimed.signature;
  LEADSMAN_CO_TRY(const bool fresh, co_await nonces_->remember_nonce(used.keyid, used.nonce, used.expires));
  if (fresh) co_return claimed.who;
  co_return fail(errc::unauthenticated, "this signed request has been used before; sign every request anew",
                 "Signature-Input");
}

result<void> authenticator::is_allowed(const principal& who, verb what, const target& where) const {
  if (const auto reason = policy_.why_not(who, what, where)) return deny(*reason, what);
  return {};
}

bool authenticator::may(const principal& who, verb what, const target& where) const {
  return !policy_.why_not(who, what, where);
}

result<void> authenticator::is_ever_allowed(const principal& who, verb what) const {
  if (const auto reason = policy_.why_never(who, what)) return deny(*reason, what);
  return {};
}

}  // namespace leadsman::auth

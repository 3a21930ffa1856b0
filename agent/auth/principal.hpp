#pragma once

#include <string>

#include "model/words.hpp"

namespace leadsman::auth {

// What a caller may do with a release.
enum class verb { read, deploy, rollback, cancel, promote };
inline constexpr model::word<verb> k_verb[]{
    {"read", verb::read}, {"deploy", verb::deploy}, {"rollback", verb::rollback}, {"cancel", verb::cancel},
    {"promote", verb::promote}};

// How it was proved who asks. GitHub workflows (OIDC) become a third kind.
enum class principal_kind {
  key,    // a signature by one of the configured keys
  local,  // the agent's own user, over a Unix socket
};

struct principal {
  principal_kind kind = principal_kind::key;
  std::string name;

  bool operator==(const principal&) const = default;
};

// "key:ci-shop", "local": part of idempotency keys, so it must not change between versions.
std::string to_string(const principal& who);

}  // namespace leadsman::auth

#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

#include "auth/principal.hpp"
#include "base/error.hpp"
#include "model/reach.hpp"
#include "model/release_id.hpp"
#include "sign/key.hpp"

namespace leadsman::auth {

// One entry of `access.keys` in the agent's configuration.
struct key_grant {
  std::string name;
  sign::public_key key;
  std::vector<verb> may;
  std::vector<std::string> releases;      // globs of "namespace/name" or "cluster/namespace/name"
  std::vector<std::string> environments;  // globs; empty: requests of any environment, or of none
  std::optional<bool> cluster_scoped{};   // objects of no namespace; absent: only with releases in every namespace
};

// What is asked for. An empty name stands for "some release there": for what concerns a namespace, or a whole cluster.
struct target {
  model::release_id release;
  std::string environment{};  // as the request names it; may be empty
};

// Who may do what. Nothing is allowed that no grant names.
class policy {
 public:
  policy() = default;  // no keys: only local callers
  explicit policy(std::vector<key_grant> grants) : grants_(std::move(grants)) {}

  const std::vector<key_grant>& grants() const { return grants_; }
  const key_grant* find_key(std::string_view id) const;  // by sign::public_key::id()

  // Why `who` may not, precisely, for the operator's log alone; absent when it is allowed.
  std::optional<std::string> why_not(const principal& who, verb what, const target& where) const;
  // The same before it is known which release is meant: absent when there may be one.
  std::optional<std::string> why_never(const principal& who, verb what) const;

  // Where the objects of what `who` has deployed in that cluster may be: the namespaces of the releases that are granted.
  model::reach reach(const principal& who, std::string_view cluster) const;

 private:
  const key_grant* find_name(std::string_view name) const;

  std::vector<key_grant> grants_;
};

// Reads the list `access.keys`; `path` names it in messages. Errors: invalid_input (unknown key, unknown verb, a glob
// that can never match, no releases given, two entries of the same name or key).
result<policy> parse_policy(const nlohmann::json& list, const std::string& path);

}  // namespace leadsman::auth

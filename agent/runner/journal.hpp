#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/redact.hpp"
#include "model/deployment.hpp"
#include "runner/followers.hpp"
#include "store/store.hpp"

namespace leadsman::runner {

// What one deployment does is saved here before it is done, and told to its followers after it is saved. Owns the
// deployment's state in memory, which never differs from the saved one. Everything that passes is redacted.
class journal {
 public:
  journal(store::store& store, followers& audience, model::deployment deployment);

  const model::deployment& now() const { return deployment_; }
  void hide(const redactor& secrets) { secrets_ = secrets; }
  const redactor& secrets() const { return secrets_; }

  // Saves, then publishes. A store that cannot save (disk full) is asked again until it can, and the followers are told
  // afterwards: a rollout does not go on unsaved. Ends early only after give_up(). Errors: conflict, internal: a defect or a deployment that is final.
  task<result<void>> save(store::change what);

  void give_up() { giving_up_ = true; }

  // One event, nothing else.
  task<result<void>> tell(model::event_kind kind, std::string message, nlohmann::json data = nullptr);

 private:
  void redact(store::change& what) const;
  void apply(const store::change& what, uint64_t last_seq);

  store::store& store_;
  followers& audience_;
  model::deployment deployment_;
  redactor secrets_;
  bool giving_up_ = false;
};

model::event make_event(model::event_kind kind, std::string message, const nlohmann::json& data = nullptr);

}  // namespace leadsman::runner

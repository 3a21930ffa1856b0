#pragma once

#include <memory>

#include "plugin/check/conversation.hpp"

namespace leadsman::plugin {

// A check under way: one start of the plugin, and what has been found so far.
struct examination {
  conversation talk;
  manifest about;
  nlohmann::json samples;  // check.json: what its author gives to try it with; null when there is none
  report* found;           // outlives it

  void note(std::string what, const result<void>& went) const;
};

// One part of the suite each; a part ends early once the plugin does not go on.
task<void> check_protocol(std::shared_ptr<examination> of);
task<void> check_router(std::shared_ptr<examination> of);
task<void> check_metric(std::shared_ptr<examination> of);

// Whether an answer is the error that it has to be. Errors: what it is instead.
result<void> expect_error(const result<answer>& said, int64_t code);
result<nlohmann::json> expect_result(const result<answer>& said);

// Only whether.
template <class T>
result<void> went(const result<T>& of) {
  if (!of) return fail(of.error());
  return {};
}

}  // namespace leadsman::plugin

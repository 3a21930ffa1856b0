#pragma once

#include <boost/asio/thread_pool.hpp>
#include <string>

#include "helm/runner.hpp"
#include "wire/check.hpp"

namespace leadsman::runner {

struct helm_sight {
  result<std::string> program;  // its path, when it is there and the pinned one
  result<std::string> version;  // as it says now
  std::string version_before;   // as it said when the agent started; may be empty
  bool pinned = false;
};

task<helm_sight> look_at_helm(helm::runner& helm, asio::thread_pool& blocking);

wire::check judge_helm(const helm_sight& seen);  // pure

}  // namespace leadsman::runner

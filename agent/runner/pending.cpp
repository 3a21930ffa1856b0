#include "runner/pending.hpp"

namespace leadsman::runner {

bool pending_is_dead(const std::vector<plan::observed_revision>& history) {
  if (history.empty() || !history.back().status.starts_with("pending-")) return false;
  const std::string& maker = history.back().deployment;
  const std::string before = history.size() > 1 ? history[history.size() - 2].deployment : "";
  return !maker.empty() && maker != before && history.back().status != "pending-rollback";
}

}  // namespace leadsman::runner

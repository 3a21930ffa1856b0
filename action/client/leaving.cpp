#include "action/client/leaving.hpp"

#include <algorithm>

namespace leadsman::action {

namespace {

using namespace std::chrono_literals;
constexpr std::chrono::milliseconds k_cancel_limit = 2s;
constexpr std::chrono::milliseconds k_stay = 6s;

leaving_decision wait_until(std::chrono::milliseconds limit, std::chrono::milliseconds passed) {
  if (passed >= limit) return {leaving_move::leave, 0ms};
  return {leaving_move::wait, limit - passed};
}

}  // namespace

leaving_decision decide_leaving(const leaving_facts& facts) {
  using cancel_request = leaving_facts::cancel_request;
  if (facts.ended) return {leaving_move::finish, 0ms};
  if (!facts.asked) return {};
  if (!facts.cancels) return {leaving_move::leave, 0ms};
  if (facts.cancel == cancel_request::none) return {leaving_move::send_cancel, 0ms};
  const bool answered = facts.cancel == cancel_request::answered;
  if (answered && facts.paused) return {leaving_move::leave, 0ms};
  if (facts.must_go) {
    return answered ? leaving_decision{leaving_move::leave, 0ms} : wait_until(k_cancel_limit, facts.since_last);
  }
  if (facts.embedded) return {};
  return wait_until(k_stay, facts.since_first);
}

}  // namespace leadsman::action

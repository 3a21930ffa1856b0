#include "action/command/hand_over.hpp"

namespace leadsman::action {

task<exit_code> run_deploy(context& c) {
  const auto where = find_target(c.given, c.env);
  if (!where) co_return refuse(c, where.error());
  auto packed = pack_request(*where, c.given, c.env);
  if (!packed) co_return refuse(c, packed.error());
  for (const std::string& note : packed->notes) c.out->notice(note);
  auto handing = hand_over(c, where->agent, std::move(*packed));
  co_return co_await std::move(handing);
}

}  // namespace leadsman::action

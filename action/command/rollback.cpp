#include "action/command/hand_over.hpp"
#include "action/input/origin.hpp"

namespace leadsman::action {

task<exit_code> run_rollback(context& c) {
  const auto where = find_release(c.given, c.env);
  if (!where) co_return refuse(c, where.error());
  if (c.given.reason.empty()) {
    co_return refuse(c, errc::invalid_input, "say why: it is kept with the deployment for whoever looks later", "reason");
  }
  packed_request packed;
  model::deployment_request& request = packed.request;
  request.kind = model::request_kind::rollback;
  request.release = where->release.id;
  request.environment = where->release.environment;
  request.policy = where->release.policy;
  request.revision = c.given.revision;
  request.reason = c.given.reason;
  request.origin = read_origin(c.env, c.given);
  auto handing = hand_over(c, where->agent, std::move(packed));
  co_return co_await std::move(handing);
}

}  // namespace leadsman::action

#include "action/command/hand_over.hpp"

#include <fmt/format.h>

#include "action/command/watch.hpp"
#include "sign/hash.hpp"

namespace leadsman::action {

using namespace std::chrono_literals;

task<result<void>> upload_chart(api& agent, std::string digest, std::string archive) {
  auto asking = agent.has_chart(digest);
  const result<bool> known = co_await std::move(asking);
  if (!known && (known.error().code == errc::unauthenticated || known.error().code == errc::forbidden)) {
    // An answer to HEAD cannot say why; the one to PUT can.
    auto refused = agent.put_chart(std::move(digest), "");
    co_return co_await std::move(refused);
  }
  if (!known) co_return fail(known.error());
  if (*known) co_return result<void>();
  auto uploading = agent.put_chart(std::move(digest), std::move(archive));
  co_return co_await std::move(uploading);
}

namespace {

using opened_session = result<std::unique_ptr<session>>;

// Everything before the agent has to answer for a deployment: may be cut off at any time.
task<opened_session> prepare(context& c, std::string address, std::string digest, std::string archive) {
  auto opening = open_session(c, std::move(address), k_retry_change);
  LEADSMAN_CO_TRY(std::unique_ptr<session> opened, co_await std::move(opening));
  if (!archive.empty()) {
    auto uploading = upload_chart(*opened->agent, std::move(digest), std::move(archive));
    LEADSMAN_CO_CHECK(co_await std::move(uploading));
  }
  co_return std::move(opened);
}

// Within a workflow run the run itself is the key; outside of one, this call is.
std::string request_key_of(const model::deployment_request& request) {
  return request.origin.run_id.empty() ? sign::to_hex(sign::random_bytes(16)) : "";
}

// The agent may have forgotten the chart since it said that it has it.
bool lacks_chart(const result<submitted>& answer) { return !answer && answer.error().field == "chart.digest"; }

task<result<submitted>> submit(api& agent, const model::deployment_request& request, std::string archive) {
  const std::string key = request_key_of(request);
  auto first = agent.submit(request, key);
  auto answer = co_await std::move(first);
  if (archive.empty() || !lacks_chart(answer)) co_return answer;
  auto uploading = upload_chart(agent, request.chart.digest, std::move(archive));
  LEADSMAN_CO_CHECK(co_await std::move(uploading));
  auto second = agent.submit(request, key);
  co_return co_await std::move(second);
}

std::string describe_attached(const model::deployment& d) {
  const model::origin& from = d.origin;
  const std::string run = from.run_id.empty() ? d.principal : fmt::format("run {} attempt {}", from.run_id, from.run_attempt);
  return fmt::format("attached to deployment {} (started by {})", d.id, run);
}

}  // namespace

task<exit_code> hand_over(context& c, std::string address, model::deployment_request request, std::string archive) {
  if (address.empty() && request.policy.on_cancel == model::on_cancel::proceed) {
    co_return refuse(c, errc::invalid_input, "'continue' needs an agent that outlives the job; an embedded one ends with it. "
                                              "Choose rollback or pause, or give --agent", "on-cancel");
  }
  const std::string digest = request.chart.digest;
  auto preparing = run_until<opened_session>(*c.stop, 0ms, [&] { return prepare(c, address, digest, archive); });
  std::optional<opened_session> prepared = co_await std::move(preparing);
  if (!prepared) co_return refuse(c, errc::canceled, "interrupted; nothing was handed over");
  if (!*prepared) co_return refuse(c, prepared->error());
  session& s = ***prepared;

  auto submitting = run_until<result<submitted>>(*c.stop, 2s, [&] { return submit(*s.agent, request, std::move(archive)); });
  std::optional<result<submitted>> answer = co_await std::move(submitting);
  if (!answer) {
    co_return refuse(c, errc::canceled, "interrupted before the agent answered: it may have taken the request; ask it with: "
                                         "leadsman status " + request.release.name + " -n " + request.release.name_space);
  }
  if (!*answer) co_return refuse(c, answer->error());
  submitted taken = std::move(**answer);
  if (taken.attached) c.out->notice(describe_attached(taken.deployment));
  auto watching = watch(c, s, std::move(taken.deployment), watching::for_the_job);
  co_return co_await std::move(watching);
}

}  // namespace leadsman::action

#include "action/command/hand_over.hpp"

#include <fmt/format.h>

#include "action/command/watch.hpp"
#include "sign/hash.hpp"

namespace leadsman::action {

using namespace std::chrono_literals;

namespace {

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

task<result<void>> have_chart_fetched(context& c, api& agent, packed_request& packed) {
  auto fetching = agent.fetch_chart(*packed.fetched);
  LEADSMAN_CO_TRY(const model::fetched_chart fetched, co_await std::move(fetching));
  model::chart_ref& chart = packed.request.chart;
  chart.digest = fetched.digest;
  chart.name = fetched.name;
  chart.version = fetched.version;
  const std::string which = fetched.manifest_digest.empty() ? "" : ", " + fetched.manifest_digest;
  c.out->notice(fmt::format("chart {} {} fetched from {}{}", chart.name, chart.version, packed.fetched->address, which));
  co_return result<void>();
}

}  // namespace

task<result<void>> bring_chart(context& c, api& agent, packed_request& packed) {
  if (packed.fetched) {
    auto fetching = have_chart_fetched(c, agent, packed);
    co_return co_await std::move(fetching);
  }
  if (packed.archive.empty()) co_return result<void>();
  auto uploading = upload_chart(agent, packed.request.chart.digest, packed.archive);
  co_return co_await std::move(uploading);
}

namespace {

using opened_session = result<std::unique_ptr<session>>;

// Everything before the agent has to answer for a deployment: may be cut off at any time.
task<opened_session> prepare(context& c, std::string address, packed_request& packed) {
  auto opening = open_session(c, std::move(address), k_retry_change);
  LEADSMAN_CO_TRY(std::unique_ptr<session> opened, co_await std::move(opening));
  auto bringing = bring_chart(c, *opened->agent, packed);
  LEADSMAN_CO_CHECK(co_await std::move(bringing));
  co_return std::move(opened);
}

// Within a workflow run the run itself is the key; outside of one, this call is.
std::string request_key_of(const model::deployment_request& request) {
  return request.origin.run_id.empty() ? sign::to_hex(sign::random_bytes(16)) : "";
}

// The agent may have forgotten the chart since it said that it has it.
bool lacks_chart(const result<submitted>& answer) { return !answer && answer.error().field == "chart.digest"; }

task<result<submitted>> submit(context& c, api& agent, packed_request& packed) {
  const std::string key = request_key_of(packed.request);
  auto first = agent.submit(packed.request, key);
  auto answer = co_await std::move(first);
  if (!lacks_chart(answer)) co_return answer;
  auto bringing = bring_chart(c, agent, packed);
  LEADSMAN_CO_CHECK(co_await std::move(bringing));
  auto second = agent.submit(packed.request, key);
  co_return co_await std::move(second);
}

std::string describe_attached(const model::deployment& d) {
  const model::origin& from = d.origin;
  const std::string run = from.run_id.empty() ? d.principal : fmt::format("run {} attempt {}", from.run_id, from.run_attempt);
  return fmt::format("attached to deployment {} (started by {})", d.id, run);
}

}  // namespace

result<void> check_until(const context& c, const std::string& address) {
  if (!address.empty() || !c.given.until_paused) return {};
  return fail(errc::invalid_input, "'paused' needs an agent that outlives the job; an embedded one ends with it. Give --agent", "until");
}

task<exit_code> hand_over(context& c, std::string address, packed_request packed) {
  const model::deployment_request& request = packed.request;
  if (address.empty() && request.policy.on_cancel == model::on_cancel::proceed) {
    co_return refuse(c, errc::invalid_input, "'continue' needs an agent that outlives the job; an embedded one ends with it. "
                                              "Choose rollback or pause, or give --agent", "on-cancel");
  }
  if (const auto wrong = check_until(c, address); !wrong) co_return refuse(c, wrong.error());
  auto preparing = run_until<opened_session>(*c.stop, 0ms, [&] { return prepare(c, address, packed); });
  std::optional<opened_session> prepared = co_await std::move(preparing);
  if (!prepared) co_return refuse(c, errc::canceled, "interrupted; nothing was handed over");
  if (!*prepared) co_return refuse(c, prepared->error());
  session& s = ***prepared;

  auto submitting = run_until<result<submitted>>(*c.stop, 2s, [&] { return submit(c, *s.agent, packed); });
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

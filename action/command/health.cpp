#include "action/command/measured.hpp"
#include "action/command/session.hpp"
#include "action/input/request.hpp"
#include "action/output/pages.hpp"
#include "wire/gate.hpp"

namespace leadsman::action {

namespace {

using answer = result<wire::release_health>;

// What leadsman.yaml says is measured; of a canary, stable's Service and the decision tree.
nlohmann::json measured_of(const spec::resolved_release& release) {
  model::measured_release measured = release.canary ? model::measured_of(*release.canary) : release.measured;
  if (release.canary) std::erase_if(measured.gates, [](const model::gate& g) { return !std::holds_alternative<model::health_gate>(g); });
  nlohmann::json body = nlohmann::json::object();
  wire::add_measured_release(body, measured);
  return body;
}

task<answer> ask_health(context& c, target where) {
  std::optional<nlohmann::json> measured;
  // An agent that is started for this command has deployed nothing that it could know of.
  if (where.agent.empty()) measured = measured_of(where.release);
  auto opening = open_session(c, where.agent, k_retry_question);
  LEADSMAN_CO_TRY(const auto s, co_await std::move(opening));
  auto asking = s->agent->health(where.release.id, measuring_query(c.given), std::move(measured));
  co_return co_await std::move(asking);
}

}  // namespace

task<exit_code> run_health(context& c) {
  const auto where = find_release(c.given, c.env);
  if (!where) co_return refuse(c, where.error());
  auto asking = run_until<answer>(*c.stop, std::chrono::milliseconds(0), [&] { return ask_health(c, *where); });
  const auto came = co_await std::move(asking);
  if (!came) co_return exit_code::interrupted;
  if (!*came) co_return refuse(c, came->error());
  c.out->page(health_page(**came), nlohmann::json(**came));
  co_return (*came)->health == wire::health::healthy ? exit_code::succeeded : exit_code::rolled_back;
}

}  // namespace leadsman::action

#include "action/command/hand_over.hpp"
#include "action/output/pages.hpp"

namespace leadsman::action {

namespace {

task<result<nlohmann::json>> ask_plan(context& c, std::string address, packed_request packed) {
  auto opening = open_session(c, std::move(address), k_retry_question);
  LEADSMAN_CO_TRY(const auto s, co_await std::move(opening));
  auto bringing = bring_chart(c, *s->agent, packed);
  LEADSMAN_CO_CHECK(co_await std::move(bringing));
  auto planning = s->agent->plan(std::move(packed.request));
  co_return co_await std::move(planning);
}

}  // namespace

task<exit_code> run_plan(context& c) {
  const auto where = find_target(c.given, c.env);
  if (!where) co_return refuse(c, where.error());
  auto packed = pack_request(*where, c.given, c.env);
  if (!packed) co_return refuse(c, packed.error());
  subject shown;
  shown.release = where->release.id;
  shown.environment = where->release.environment;
  auto asking = run_until<result<nlohmann::json>>(*c.stop, std::chrono::milliseconds(0), [&] {
    return ask_plan(c, where->agent, std::move(*packed));
  });
  const auto plan = co_await std::move(asking);
  if (!plan) co_return exit_code::interrupted;
  if (!*plan) co_return refuse(c, plan->error());
  c.out->page(plan_page(**plan, title_of(shown)), **plan);
  co_return is_refused(**plan) ? exit_code::refused : exit_code::succeeded;
}

}  // namespace leadsman::action

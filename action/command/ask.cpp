#include "action/command/ask.hpp"

#include "action/command/session.hpp"
#include "action/input/request.hpp"

namespace leadsman::action {

namespace {

task<result<nlohmann::json>> ask(context& c, std::string address, model::release_id release, question what) {
  auto opening = open_session(c, std::move(address), k_retry_question);
  LEADSMAN_CO_TRY(const auto s, co_await std::move(opening));
  auto asking = (s->agent.get()->*what)(std::move(release));
  co_return co_await std::move(asking);
}

}  // namespace

task<exit_code> ask_about_release(context& c, question what, page_writer write) {
  const auto where = find_release(c.given, c.env);
  if (!where) co_return refuse(c, where.error());
  auto asking = run_until<result<nlohmann::json>>(*c.stop, std::chrono::milliseconds(0),
                                                  [&] { return ask(c, where->agent, where->release.id, what); });
  const auto answer = co_await std::move(asking);
  if (!answer) co_return exit_code::interrupted;
  if (!*answer) co_return refuse(c, answer->error());
  c.out->page(write(**answer), **answer);
  co_return exit_code::succeeded;
}

}  // namespace leadsman::action

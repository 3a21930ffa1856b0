#include "action/command/measured.hpp"
#include "action/command/watch.hpp"
#include "action/output/pages.hpp"
#include "net/message.hpp"

namespace leadsman::action {

namespace {

struct shown_page {
  std::vector<spoken_line> lines;
  nlohmann::json raw;
};

shown_page page_of(const wire::deployment_metrics& metrics) { return {metrics_page(metrics), metrics}; }
shown_page page_of(const wire::metric_change& change) { return {change_page(change), change}; }

task<result<shown_page>> ask_page(context& c, std::string address) {
  auto opening = open_session(c, std::move(address), k_retry_question);
  LEADSMAN_CO_TRY(const auto s, co_await std::move(opening));
  if (c.given.metric.empty()) {
    auto asking = s->agent->metrics(c.given.id, measuring_query(c.given));
    LEADSMAN_CO_TRY(const auto metrics, co_await std::move(asking));
    co_return page_of(metrics);
  }
  auto asking = s->agent->compare_metric(c.given.id, measuring_query(c.given));
  LEADSMAN_CO_TRY(const auto change, co_await std::move(asking));
  co_return page_of(change);
}

}  // namespace

std::string measuring_query(const arguments& given) {
  std::string query;
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) query += (query.empty() ? "" : "&") + std::string(key) + "=" + net::percent_encode(value);
  };
  add("metric", given.metric);
  add("window", given.window);
  add("from", given.counter);
  return query;
}

task<exit_code> run_metrics(context& c) {
  const auto address = find_agent_of_deployment(c);
  if (!address) co_return refuse(c, address.error());
  auto asking = run_until<result<shown_page>>(*c.stop, std::chrono::milliseconds(0), [&] { return ask_page(c, *address); });
  const auto came = co_await std::move(asking);
  if (!came) co_return exit_code::interrupted;
  if (!*came) co_return refuse(c, came->error());
  c.out->page((*came)->lines, (*came)->raw);
  co_return exit_code::succeeded;
}

}  // namespace leadsman::action

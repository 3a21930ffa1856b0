#include "plugin/metric.hpp"

#include "base/text.hpp"
#include "plugin/check/examination.hpp"
#include "plugin/untrusted.hpp"

namespace leadsman::plugin {

using nlohmann::json;

namespace {

// Nobody answers there: the way of a metric source that is down.
const json k_nowhere{{"config", {{"address", "http://127.0.0.1:9"}}}, {"query", "1"}, {"at", nullptr}, {"timeout_s", 1}};

// An answer in shape, or a failure that says of which kind it is; one that has no such config may refuse it.
result<void> expect_answer_or_kind(const result<answer>& said) {
  if (!said) return fail(said.error());
  if (const auto* value = std::get_if<json>(&*said)) {
    LEADSMAN_CHECK(parse_metric_answer(*value));
    return {};
  }
  const rpc_error& no = std::get<rpc_error>(*said);
  if (no.code == k_invalid_params) return {};
  const json kind = no.data.is_object() ? no.data.value("kind", json()) : json();
  if (kind.is_string() && is_any(kind.get_ref<const std::string&>(), {"unreachable", "timed_out", "invalid_query", "rejected"})) return {};
  return fail(errc::internal, "failed without a kind that is known: " + in_quotes(no.message));
}

result<void> expect_series(const result<answer>& said) {
  LEADSMAN_TRY(const json value, expect_result(said));
  LEADSMAN_CHECK(parse_metric_answer(value));
  return {};
}

}  // namespace

task<void> check_metric(std::shared_ptr<examination> of) {
  auto malformed = of->talk.ask("metric.query", json{{"query", 7}});
  of->note("metric.query refuses params that are none with -32602", expect_error(co_await std::move(malformed), k_invalid_params));
  auto nowhere = of->talk.ask("metric.query", k_nowhere);
  of->note("metric.query says of which kind a failure is", expect_answer_or_kind(co_await std::move(nowhere)));
  const json sample = of->samples.is_object() ? of->samples.value("metric", json()) : json();
  if (!sample.is_object()) co_return;
  auto asking = of->talk.ask("metric.query", sample);
  of->note("metric.query answers the sample with series", expect_series(co_await std::move(asking)));
}

}  // namespace leadsman::plugin

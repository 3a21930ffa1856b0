#include "plugin/metric.hpp"

#include "document/reader.hpp"
#include "plugin/rpc_failure.hpp"
#include "plugin/untrusted.hpp"

namespace leadsman::plugin {

using document::object_reader;
using model::metric_answer;
using model::metric_series;
using nlohmann::json;

namespace {

constexpr size_t k_most_series = 10'000, k_most_warnings = 20;

result<metric_series> parse_series(const json& value, const std::string& at) {
  object_reader in(value, at);
  metric_series out;
  const json& labels = in.child("labels");
  out.value = in.string("value");
  const json& when = in.child("at");
  if (!when.is_number()) in.reject("at", "expected seconds of Unix time, found " + document::describe(when));
  LEADSMAN_CHECK(in.finish());
  out.at = when.get<double>();
  if (!labels.is_object()) return fail(errc::invalid_input, "expected an object, found " + document::describe(labels), at + ".labels");
  for (const auto& [name, text] : labels.items()) {
    if (!text.is_string()) return fail(errc::invalid_input, "expected texts, found " + document::describe(text), at + ".labels");
    out.labels.emplace(name, text);
  }
  return out;
}

}  // namespace

result<metric_answer> parse_metric_answer(const json& said) {
  object_reader in(said, "");
  const json& series = in.child("series");
  const std::vector<std::string> warnings = in.strings("warnings");
  LEADSMAN_CHECK(in.finish());
  if (!series.is_array()) return fail(errc::invalid_input, "expected a list, found " + document::describe(series), "series");
  if (series.size() > k_most_series) return fail(errc::invalid_input, "has " + std::to_string(series.size()) + " entries; allowed are " + std::to_string(k_most_series), "series");
  metric_answer out;
  for (const json& each : series) {
    LEADSMAN_TRY(metric_series one, parse_series(each, "series[" + std::to_string(out.series.size()) + "]"));
    out.series.push_back(std::move(one));
  }
  for (const std::string& each : warnings) {
    if (out.warnings.size() < k_most_warnings) out.warnings.push_back(untrusted(each, 1000));
  }
  return out;
}

task<result<metric_answer>> ask_metric(host& plugins, model::metric_source source, metric_question question) {
  const json at = question.at ? json(static_cast<double>(question.at->time_since_epoch().count()) / 1000) : json();
  json params{{"config", json::parse(source.config)}, {"query", std::move(question.query)}, {"at", at}, {"timeout_s", static_cast<double>(question.patience.count()) / 1000}};
  auto calling = plugins.call(kind::metric, source.plugin, "metric.query", std::move(params));
  LEADSMAN_CO_TRY(const json said, co_await std::move(calling));
  auto read = parse_metric_answer(said);
  if (read) co_return std::move(*read);
  co_return fail(errc::internal, "the plugin " + source.plugin + " " + wrong_answer(read.error()).message);
}

}  // namespace leadsman::plugin

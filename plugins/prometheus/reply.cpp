#include "plugins/prometheus/reply.hpp"

namespace leadsman::prometheus {

namespace {

constexpr size_t k_most_series = 10'000;

// Prometheus' words for what went wrong, and ours.
struct failure_kind {
  std::string_view theirs;
  const char* ours;
};
constexpr failure_kind k_failures[]{
    {"bad_data", "invalid_query"},
    {"execution", "invalid_query"},
    {"timeout", "timed_out"},
    {"canceled", "unreachable"},
    {"internal", "unreachable"},
    {"unavailable", "unreachable"},
};

[[noreturn]] void refuse(const json& envelope, int status) {
  const std::string type = envelope.value("errorType", "");
  const std::string words = "Prometheus says: " + envelope.value("error", "nothing, with HTTP status " + std::to_string(status));
  for (const auto& [theirs, ours] : k_failures) {
    if (type == theirs) throw sdk::failed(ours, words);
  }
  throw sdk::failed("rejected", words);
}

[[noreturn]] void refuse_stranger(int status) {
  const std::string seen = "HTTP status " + std::to_string(status);
  if (status == 401 || status == 403) throw sdk::failed("rejected", "the source of metrics wants other credentials (" + seen + ")");
  if (status == 429 || status >= 500) throw sdk::failed("unreachable", "the source of metrics cannot answer now (" + seen + ")");
  if (status >= 300 && status < 400) throw sdk::failed("rejected", "the source of metrics redirects to somewhere else (" + seen + "); name that address");
  throw sdk::failed("rejected", "what answers is no Prometheus (" + seen + "); is the address right, with its path?");
}

// [1764240000.5, "0.02"]
json series_of(const json& labels, const json& sample) {
  return {{"labels", labels}, {"value", sample.at(1).get<std::string>()}, {"at", sample.at(0).get<double>()}};
}

json read_data(const json& data) {
  const std::string type = data.at("resultType");
  const json& found = data.at("result");
  json series = json::array();
  if (type == "scalar") {
    series.push_back(series_of(json::object(), found));
    return series;
  }
  if (type != "vector") throw sdk::failed("invalid_query", "the query gives a " + type + "; it has to give a number, or a vector of numbers at one moment");
  if (found.size() > k_most_series) throw sdk::failed("rejected", "the query gives " + std::to_string(found.size()) + " series; allowed are " + std::to_string(k_most_series));
  for (const json& one : found) {
    // Native histograms have no value; what is asked for is a number.
    if (!one.contains("value")) throw sdk::failed("invalid_query", "the query gives a histogram; histogram_quantile() makes a number of it");
    series.push_back(series_of(one.value("metric", json::object()), one.at("value")));
  }
  return series;
}

json read_success(const json& envelope) {
  json warnings = json::array();
  for (const char* kind : {"warnings", "infos"}) {
    for (const json& text : envelope.value(kind, json::array())) warnings.push_back(text.get<std::string>());
  }
  return {{"series", read_data(envelope.at("data"))}, {"warnings", std::move(warnings)}};
}

}  // namespace

json read_reply(int status, std::string_view body) {
  const json envelope = json::parse(body, nullptr, false);
  try {
    const bool ours = envelope.is_object() && envelope.contains("status");
    if (ours && envelope["status"] == "error") refuse(envelope, status);
    if (ours && envelope["status"] == "success" && status == 200) return read_success(envelope);
  } catch (const json::exception&) {
    throw sdk::failed("rejected", "what answers is no Prometheus: its answer has another shape; is the address right, with its path?");
  }
  refuse_stranger(status);
}

}  // namespace leadsman::prometheus

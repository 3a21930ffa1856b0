#include "plugins/prometheus/query.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "net/message.hpp"
#include "plugins/sdk/fields.hpp"

namespace leadsman::prometheus {

namespace {

constexpr double k_longest = 300;  // seconds of patience

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string without_slash(std::string address) {
  while (address.ends_with('/')) address.pop_back();
  return address;
}

// A token must not go where the author of a leadsman.yaml wants it to: with one, the operator says where.
std::string choose_address(const std::string& wished, const operators_choice& operators) {
  const std::string address = without_slash(wished), chosen = without_slash(operators.address);
  if (chosen.empty() && address.empty()) throw sdk::invalid_params("config.address: is required, such as http://prometheus.monitoring:9090");
  if (chosen.empty()) return address;
  if (address.empty() || address == chosen) return chosen;
  throw sdk::invalid_params("config.address: is not the address that the agent's operator allows; leave it out");
}

std::string three_decimals(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

}  // namespace

operators_choice choice_of_environment() {
  return {variable("LEADSMAN_PROMETHEUS_ADDRESS"), variable("LEADSMAN_PROMETHEUS_TOKEN_FILE"), variable("LEADSMAN_PROMETHEUS_CA_FILE")};
}

query read_query(const json& params, const operators_choice& operators) {
  sdk::fields in(params, "");
  sdk::fields config = in.at("config");
  query out;
  out.address = choose_address(config.text("address", ""), operators);
  out.tenant = config.text("tenant", "");
  config.finish();
  out.text = in.text("query");
  out.at = in.optional_number("at");
  const double patience = in.optional_number("timeout_s").value_or(10);
  if (patience <= 0 || patience > k_longest) throw sdk::invalid_params("timeout_s: is out of range; allowed is more than 0, to 300");
  out.timeout = std::chrono::milliseconds(std::llround(patience * 1000));
  in.finish();
  return out;
}

std::string form_of(const query& asked) {
  std::string form = "query=" + net::percent_encode(asked.text) + "&timeout=" + std::to_string(asked.timeout.count()) + "ms";
  if (asked.at) form += "&time=" + three_decimals(*asked.at);
  return form;
}

}  // namespace leadsman::prometheus

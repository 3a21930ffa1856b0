#include "analysis/query.hpp"

#include <algorithm>
#include <array>

#include "analysis/ready_made.hpp"
#include "base/text.hpp"
#include "model/query_template.hpp"

namespace leadsman::analysis {

using model::query_variable;

namespace {

// All of these are names that Kubernetes made sure of; what comes from a configuration is held against the same rule, since
// a quote would end the string that the name stands in.
result<std::string> plain_name(const std::string& text, query_variable which) {
  const bool plain = std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
  if (plain && !text.empty()) return text;
  return fail(errc::invalid_input, "{{" + std::string(model::word_of(model::k_query_variable, which)) + "}} cannot stand for '" + truncate(text, 60) + "', which is no name of Kubernetes");
}

result<std::string> pods_of(const subject& of, query_variable which) {
  if (!of.pods.empty()) return of.pods;
  LEADSMAN_TRY(const std::string service, plain_name(of.service, which));
  return service + "-[a-z0-9]+-[a-z0-9]+";
}

subject asked_about(const subjects& of, side which) {
  switch (which) {
    case side::stable: return of.stable;
    case side::before: return {of.canary.service, of.pods_before};
    case side::canary: break;
  }
  return of.canary;
}

result<std::string> meaning_of(query_variable which, const subjects& of, side asked, std::chrono::milliseconds window) {
  const subject canary = asked_about(of, asked);
  switch (which) {
    case query_variable::canary: return plain_name(canary.service, which);
    case query_variable::stable: return plain_name(of.stable.service, which);
    case query_variable::canary_pods: return pods_of(canary, which);
    case query_variable::stable_pods: return pods_of(of.stable, which);
    case query_variable::name_space: return plain_name(of.name_space, which);
    case query_variable::release: return plain_name(of.release, which);
    case query_variable::window: return promql_duration(window);
  }
  return fail(errc::internal, "a variable without a meaning");
}

}  // namespace

std::string promql_duration(std::chrono::milliseconds span) {
  if (span.count() % 1000 == 0) return std::to_string(span.count() / 1000) + "s";
  return std::to_string(span.count()) + "ms";
}

result<std::string> fill_query(std::string_view query, const subjects& of, side which, std::chrono::milliseconds window) {
  LEADSMAN_TRY(const auto pieces, model::parse_query_template(query));
  std::string out;
  for (const model::query_piece& piece : pieces) {
    out += piece.text;
    if (!piece.then) continue;
    LEADSMAN_TRY(const std::string meaning, meaning_of(*piece.then, of, which, window));
    out += meaning;
  }
  return out;
}

static questions templates_of(const model::metric_gate& gate) { return gate.use ? ready_made_questions(gate) : questions{gate.query, gate.traffic, ""}; }

static bool mentions_one(const model::metric_gate& gate, std::initializer_list<query_variable> of) {
  const questions asked = templates_of(gate);
  return std::ranges::any_of(std::array{asked.value, asked.traffic, asked.newest}, [&](const std::string& query) {
    const auto pieces = model::parse_query_template(query);
    return pieces && std::ranges::any_of(of, [&](query_variable v) { return model::mentions(*pieces, v); });
  });
}

bool asks_about_pods(const model::metric_gate& gate) { return mentions_one(gate, {query_variable::canary_pods, query_variable::stable_pods}); }

bool asks_about_service(const model::metric_gate& gate) {
  return asks_about_pods(gate) || mentions_one(gate, {query_variable::canary, query_variable::stable});
}

result<questions> questions_about(const model::metric_gate& gate, const subjects& of, side which) {
  questions asked = templates_of(gate);
  for (std::string* query : {&asked.value, &asked.traffic, &asked.newest}) {
    LEADSMAN_TRY(*query, fill_query(*query, of, which, gate.measuring.window));
  }
  return asked;
}

}  // namespace leadsman::analysis

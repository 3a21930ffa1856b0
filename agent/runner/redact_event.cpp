#include "runner/redact_event.hpp"

#include "flow/outcome.hpp"
#include "model/ledger.hpp"
#include "model/phase.hpp"
#include "model/request.hpp"
#include "model/step.hpp"
#include "wire/events.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

template <class E, size_t N>
bool is_word(const model::word<E> (&table)[N], std::string_view text) {
  return model::value_of(table, text).has_value();
}

// What a reader has to recognize (wire/events.hpp, the plan), where it is one of the words that can stand there.
bool is_own_word(std::string_view key, std::string_view text) {
  if (key == "step") return is_word(model::k_step_kind, text);
  if (key == "kind") return is_word(model::k_step_kind, text);
  if (key == "status") return is_word(model::k_step_status, text);
  if (key == "outcome") return is_word(flow::k_outcome, text);
  if (key == "phase") return is_word(model::k_phase, text);
  if (key == "rollback") return is_word(model::k_rollback_outcome, text);
  if (key == "standing") return is_word(model::k_standing, text);
  if (key == "mode") return is_word(model::k_on_cancel, text);
  if (key == "stage") return is_word(wire::k_weight_stage, text);
  if (key == "verdict") return is_word(model::k_verdict, text);
  if (key == "to") return is_word(model::k_promotion_target, text);
  if (key == "strategy") return text == "rolling" || text == "canary";
  return key == "at" && parse_rfc3339(text).has_value();
}

void redact_texts(const redactor& secrets, json& value) {
  if (value.is_string()) {
    value = secrets.redact(value.get_ref<const std::string&>());
  } else if (value.is_object()) {
    for (const auto& [key, child] : value.items()) {
      if (!(child.is_string() && is_own_word(key, child.get_ref<const std::string&>()))) redact_texts(secrets, child);
    }
  } else if (value.is_array()) {
    for (json& item : value) redact_texts(secrets, item);
  }
}

std::string redact_data(const redactor& secrets, const std::string& data) {
  json value = json::parse(data, nullptr, false);
  if (value.is_discarded()) return secrets.redact(data);
  // A secret of bytes may have cut a character in two.
  return redact_json(secrets, std::move(value)).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

json redact_json(const redactor& secrets, json value) {
  if (!secrets.empty()) redact_texts(secrets, value);
  return value;
}

model::event redact_event(const redactor& secrets, model::event e) {
  e.message = secrets.redact(e.message);
  if (!e.data.empty()) e.data = redact_data(secrets, e.data);
  return e;
}

}  // namespace leadsman::runner

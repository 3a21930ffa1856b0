#include "plugin/rpc_failure.hpp"

#include <fmt/format.h>

#include "plugin/untrusted.hpp"

namespace leadsman::plugin {

namespace {

constexpr std::pair<std::string_view, errc> k_kinds_of_failure[]{
    {"unreachable", errc::unavailable}, {"timed_out", errc::timed_out}, {"invalid_query", errc::invalid_input}, {"rejected", errc::refused}, {"not_found", errc::not_found}, {"conflict", errc::conflict}};

errc code_of(const rpc_error& said) {
  if (said.code == k_method_not_found) return errc::not_found;
  if (said.code == k_invalid_params) return errc::invalid_input;
  const nlohmann::json kind = said.data.is_object() ? said.data.value("kind", nlohmann::json()) : nlohmann::json();
  for (const auto& [word, code] : k_kinds_of_failure) {
    if (kind == word) return code;
  }
  return errc::unavailable;
}

}  // namespace

error to_error(std::string_view method, const rpc_error& said) {
  const std::string message = untrusted(said.message);
  if (said.code == k_method_not_found) return {errc::not_found, fmt::format("has no method {}: {}", method, message), {}};
  return {code_of(said), fmt::format("says no to {}: {}", method, message), {}};
}

error wrong_answer(error found) {
  if (found.code != errc::invalid_input) return found;
  return {errc::unavailable, fmt::format("gave a wrong answer: {}{}{}", found.field, found.field.empty() ? "" : ": ", found.message), {}};
}

}  // namespace leadsman::plugin

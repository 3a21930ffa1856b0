#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace leadsman::sdk {

using nlohmann::json;

// The codes of JSON-RPC 2.0 that a plugin answers with. docs/plugins.md says which kinds of failed there are.
enum class code {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  internal_error = -32603,
  failed = -32000,  // asked for properly, and could not be done
};

// Thrown by a method that cannot answer: becomes the error of its JSON-RPC answer. A plugin answers one question at a time
// and has one place that catches (answer_line), which is why it may throw where the agent returns a result.
class refusal : public std::runtime_error {
 public:
  // `message` is a sentence for people; `data` may be null.
  refusal(sdk::code why, const std::string& message, json data = nullptr) : std::runtime_error(message), code_(why), data_(std::move(data)) {}

  sdk::code code() const { return code_; }
  const json& data() const { return data_; }

 private:
  sdk::code code_;
  json data_;
};

// What the user wrote, or what the agent asked, is wrong.
inline refusal invalid_params(const std::string& message) { return {code::invalid_params, message}; }

// `kind` says to programs what went wrong, such as "unreachable".
inline refusal failed(const std::string& kind, const std::string& message) { return {code::failed, message, {{"kind", kind}}}; }

}  // namespace leadsman::sdk

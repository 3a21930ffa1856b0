#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.hpp"

namespace leadsman::plugin {

// Codes of JSON-RPC 2.0 that have a meaning of their own here.
inline constexpr int64_t k_parse_error = -32700, k_invalid_request = -32600, k_method_not_found = -32601, k_invalid_params = -32602;

// What a plugin answers instead of a result. Its text is untrusted.
struct rpc_error {
  int64_t code = 0;
  std::string message;
  nlohmann::json data;
};

using answer = std::variant<nlohmann::json, rpc_error>;

// JSON-RPC 2.0 with one question open at a time. No I/O.
class dialogue {
 public:
  // The line of the question, without its end.
  std::string ask(std::string_view method, const nlohmann::json& params);

  // What a line of the plugin says. After an error the plugin cannot be trusted to be where we are: it has to be ended.
  // Errors: internal, what was wrong with the line ("answered with the id 7, expected 3"). A cut piece of it is quoted.
  result<answer> hear(std::string_view line);

 private:
  int64_t asked_ = 0;  // id of the latest question
  bool open_ = false;
};

// The parsed line; of the error's sentence the subject is the plugin. Errors: internal (no JSON, nested too deeply).
result<nlohmann::json> parse_line(std::string_view line);

// The error or result in a message that has an id of its own. Errors: internal.
result<answer> read_answer(const nlohmann::json& message);

}  // namespace leadsman::plugin

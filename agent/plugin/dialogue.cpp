#include "plugin/dialogue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/untrusted.hpp"

namespace leadsman::plugin {

using nlohmann::json;

namespace {

// JSON is read without recursion, but copied and written with it: what is nested without end would end us.
constexpr int k_deepest = 128;

int depth_of(std::string_view line) {
  int depth = 0, deepest = 0;
  bool in_text = false;
  for (size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (in_text && c == '\\') ++at;
    else if (c == '"') in_text = !in_text;
    else if (!in_text && (c == '[' || c == '{')) deepest = std::max(deepest, ++depth);
    else if (!in_text && (c == ']' || c == '}')) --depth;
  }
  return deepest;
}

}  // namespace

std::string dialogue::ask(std::string_view method, const json& params) {
  open_ = true;
  const json question{{"jsonrpc", "2.0"}, {"id", ++asked_}, {"method", method}, {"params", params}};
  return question.dump(-1, ' ', false, json::error_handler_t::replace);
}

result<answer> dialogue::hear(std::string_view line) {
  if (!open_) return fail(errc::internal, "spoke without being asked: " + in_quotes(line));
  LEADSMAN_TRY(const json message, parse_line(line));
  const json id = message.is_object() ? message.value("id", json()) : json();
  if (id != asked_) return fail(errc::internal, fmt::format("answered with the id {}, expected {}", untrusted(to_text(id), 40), asked_));
  open_ = false;
  return read_answer(message);
}

result<json> parse_line(std::string_view line) {
  if (depth_of(line) > k_deepest) return fail(errc::internal, fmt::format("wrote JSON that is nested more than {} deep", k_deepest));
  json message = json::parse(line, nullptr, false);
  if (message.is_discarded()) return fail(errc::internal, "wrote a line that is not JSON: " + in_quotes(line));
  return message;
}

result<answer> read_answer(const json& message) {
  if (!message.is_object() || message.value("jsonrpc", json()) != "2.0") {
    return fail(errc::internal, "wrote a line that is no answer of JSON-RPC 2.0: " + in_quotes(to_text(message)));
  }
  const bool has_result = message.contains("result"), has_error = message.contains("error");
  if (has_result == has_error) return fail(errc::internal, has_result ? "answered with a result and an error at once" : "answered with neither a result nor an error");
  if (has_result) return answer(message["result"]);
  const json& failure = message["error"];
  if (!failure.is_object() || !failure.value("code", json()).is_number_integer() || !failure.value("message", json()).is_string()) {
    return fail(errc::internal, "answered with an error that has no code and message: " + in_quotes(to_text(failure)));
  }
  return answer(rpc_error{failure["code"], failure["message"], failure.value("data", json())});
}

}  // namespace leadsman::plugin

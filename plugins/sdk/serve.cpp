#include "plugins/sdk/serve.hpp"

#include <iostream>

namespace leadsman::sdk {

namespace {

json error_answer(const json& id, code why, const std::string& message, const json& data = nullptr) {
  json failure{{"code", static_cast<int>(why)}, {"message", message}};
  if (!data.is_null()) failure["data"] = data;
  return {{"jsonrpc", "2.0"}, {"id", id}, {"error", std::move(failure)}};
}

json initialize(const identity& self, const json& params) {
  const auto wanted = params.find("protocol");
  if (wanted == params.end() || *wanted != k_protocol) {
    throw refusal(code::invalid_params, "this plugin speaks protocol " + std::to_string(k_protocol), {{"protocols", {k_protocol}}});
  }
  return {{"name", self.name}, {"version", self.version}, {"kinds", self.kinds}, {"protocol", k_protocol}};
}

json perform(const identity& self, const methods& known, const std::string& name, const json& params) {
  if (name == "initialize") return initialize(self, params);
  const auto at = known.find(name);
  if (at == known.end()) throw refusal(code::method_not_found, "there is no method '" + name + "'");
  return at->second(params);
}

bool is_id(const json& id) { return id.is_string() || id.is_number_integer(); }

bool is_request(const json& said) {
  if (!said.is_object() || said.value("jsonrpc", json()) != "2.0") return false;
  if (said.contains("id") && !is_id(said["id"])) return false;
  return said.value("method", json()).is_string();
}

json answer_request(const identity& self, const methods& known, const json& said) {
  const json id = said.value("id", json());
  const json params = said.value("params", json::object());
  try {
    if (!params.is_object()) throw invalid_params("params: expected an object");
    return {{"jsonrpc", "2.0"}, {"id", id}, {"result", perform(self, known, said["method"], params)}};
  } catch (const refusal& r) {
    return error_answer(id, r.code(), r.what(), r.data());
  } catch (const json::exception& e) {
    return error_answer(id, code::invalid_params, e.what());
  } catch (const std::exception& e) {
    return error_answer(id, code::internal_error, e.what());
  }
}

// Text that is not UTF-8 is mended: an answer with a broken character in it is better than none.
std::string text_of(const json& answer) { return answer.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

std::optional<std::string> answer_line(const identity& self, const methods& known, std::string_view line) {
  const json said = json::parse(line, nullptr, false);
  if (said.is_discarded()) return text_of(error_answer(nullptr, code::parse_error, "this line is not JSON"));
  if (!is_request(said)) return text_of(error_answer(nullptr, code::invalid_request, "this is no request of JSON-RPC 2.0"));
  const json answer = answer_request(self, known, said);
  if (!said.contains("id")) return std::nullopt;
  return text_of(answer);
}

int serve(const identity& self, const methods& known, std::istream& in, std::ostream& out) {
  for (std::string line; std::getline(in, line);) {
    if (const auto answer = answer_line(self, known, line)) out << *answer << '\n'
                                                                << std::flush;
    if (!out) return 1;
  }
  return 0;
}

int serve(const identity& self, const methods& known) {
  std::ios::sync_with_stdio(false);
  return serve(self, known, std::cin, std::cout);
}

}  // namespace leadsman::sdk

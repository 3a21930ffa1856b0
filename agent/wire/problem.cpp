#include "wire/problem.hpp"

#include <string>

#include "base/text.hpp"

namespace leadsman::wire {

int http_status(errc code) {
  switch (code) {
    case errc::invalid_input: return 400;
    case errc::unauthenticated: return 401;
    case errc::forbidden: return 403;
    case errc::not_found: return 404;
    case errc::conflict: return 409;
    case errc::gone: return 410;
    case errc::too_large: return 413;
    case errc::refused: return 422;
    case errc::unavailable: return 503;
    case errc::timed_out: return 504;
    case errc::canceled: return 499;
    case errc::internal: return 500;
  }
  return 500;
}

namespace {

errc code_of(int status) {
  for (const errc code : {errc::invalid_input, errc::unauthenticated, errc::forbidden, errc::not_found, errc::conflict,
                          errc::gone, errc::too_large, errc::refused, errc::unavailable, errc::timed_out}) {
    if (http_status(code) == status) return code;
  }
  return status >= 500 ? errc::unavailable : errc::internal;
}

}  // namespace

nlohmann::json to_problem(const error& e) {
  nlohmann::json body{{"status", http_status(e.code)}, {"title", to_string(e.code)}, {"detail", e.message}};
  if (!e.field.empty()) body["field"] = e.field;
  return body;
}

error parse_problem(std::string_view body, int status) {
  const auto parsed = nlohmann::json::parse(body, nullptr, false);
  error e{code_of(status), "the agent answered with HTTP status " + std::to_string(status), ""};
  if (!parsed.is_object()) return e;
  if (const auto detail = parsed.find("detail"); detail != parsed.end() && detail->is_string()) {
    e.message = truncate(detail->get_ref<const std::string&>(), 4000);
  }
  if (const auto field = parsed.find("field"); field != parsed.end() && field->is_string()) {
    e.field = truncate(field->get_ref<const std::string&>(), 200);
  }
  return e;
}

}  // namespace leadsman::wire

#include "http/message.hpp"

#include <fmt/format.h>

#include <ctime>

#include "model/words.hpp"
#include "sign/request_components.hpp"
#include "wire/problem.hpp"

namespace leadsman::http {

using nlohmann::json;

namespace {

constexpr model::word<int> k_phrases[]{
    {"Continue", 100},          {"OK", 200},
    {"Created", 201},           {"Accepted", 202},
    {"No Content", 204},        {"Bad Request", 400},
    {"Unauthorized", 401},      {"Forbidden", 403},
    {"Not Found", 404},         {"Method Not Allowed", 405},
    {"Request Timeout", 408},   {"Conflict", 409},
    {"Gone", 410},              {"Content Too Large", 413},
    {"Unsupported Media Type", 415}, {"Expectation Failed", 417},
    {"Unprocessable Content", 422}, {"Request Header Fields Too Large", 431},
    {"Client Closed Request", 499},  {"Internal Server Error", 500},
    {"Service Unavailable", 503}, {"Gateway Timeout", 504}};

// Clients compare it with their own clock when a signature is refused.
std::string http_date() {
  const std::time_t seconds = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[40];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

// Text from helm and from containers need not be UTF-8.
std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

std::optional<std::string> request::header(std::string_view name) const { return sign::header_value(headers, name); }

std::string_view reason_phrase(int status) { return model::word_of(k_phrases, status); }

response json_response(int status, const json& body) { return text_response(status, dump(body), "application/json"); }

response text_response(int status, std::string body, std::string content_type) {
  return {status, {{"Content-Type", std::move(content_type)}}, std::move(body), std::nullopt};
}

response problem_response(const error& e, int status) {
  json body = wire::to_problem(e);
  if (status != 0) body["status"] = status;
  response r = text_response(body["status"].get<int>(), dump(body), "application/problem+json");
  if (r.status == 401) r.headers.push_back({"WWW-Authenticate", "Signature realm=\"leadsman\""});
  if (r.status == 503) r.headers.push_back({"Retry-After", "1"});
  return r;
}

std::string serialize_head(const response& r, const framing& how) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", r.status, reason_phrase(r.status), http_date());
  for (const sign::header& h : r.headers) head += fmt::format("{}: {}\r\n", h.name, h.value);
  if (how.content_length) head += fmt::format("Content-Length: {}\r\n", *how.content_length);
  if (how.chunked) head += "Transfer-Encoding: chunked\r\n";
  head += how.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace leadsman::http

#include "kube/api_status.hpp"

#include <charconv>
#include <string>

#include "base/text.hpp"
#include "kube/object_ref.hpp"

namespace leadsman::kube {

namespace {

errc code_of(int http_status, const std::string& message) {
  // Server-side apply calls an unknown field an internal error.
  if (http_status == 500 && message.find("field not declared in schema") != std::string::npos) return errc::invalid_input;
  switch (http_status) {
    case 400:
    case 406:
    case 415:
    case 422: return errc::invalid_input;
    case 401: return errc::unauthenticated;
    case 403: return errc::forbidden;
    case 404:
    case 405: return errc::not_found;
    case 409: return errc::conflict;
    case 410: return errc::gone;
    case 413: return errc::too_large;
    case 408:
    case 504: return errc::timed_out;
    case 429: return errc::unavailable;
    default: return http_status >= 500 ? errc::unavailable : errc::internal;
  }
}

// Every cause as "field: message"; the server's own message repeats them, but not for conflicts.
std::string describe_conflicts(const json& status) {
  std::string text;
  for (const json& cause : at(status, "/details/causes")) {
    if (text_at(cause, "/reason") != "FieldManagerConflict") continue;
    text += (text.empty() ? "" : "; ") + text_at(cause, "/field") + " " + text_at(cause, "/message");
  }
  return text;
}

std::string words_of(const json& status, std::string_view body) {
  if (const std::string conflicts = describe_conflicts(status); !conflicts.empty()) {
    return "other owners of fields: " + conflicts;
  }
  const std::string message = text_at(status, "/message");
  if (!message.empty()) return message;
  return std::string(trim(truncate(trim(body), 300)));
}

}  // namespace

std::optional<std::chrono::seconds> retry_after(const net::header_list& headers) {
  const std::string_view text = trim(net::find_header(headers, "Retry-After"));
  int64_t seconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || failure != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

error to_error(int http_status, const net::header_list& headers, std::string_view body, std::string_view what) {
  json status = json::parse(body, nullptr, false);
  if (status.is_discarded()) status = nullptr;
  const errc code = code_of(http_status, text_at(status, "/message"));
  std::string message = std::string(what) + ": ";
  if (http_status == 429) message += "the cluster has too many requests: ";
  const std::string words = words_of(status, body);
  message += words.empty() ? "HTTP status " + std::to_string(http_status) : words;
  if (const auto wait = retry_after(headers)) message += " (it asks to try again in " + std::to_string(wait->count()) + " s)";
  const json& first_cause = at(status, "/details/causes/0/field");
  return {code, std::move(message), first_cause.is_string() ? first_cause.get<std::string>() : std::string()};
}

}  // namespace leadsman::kube

#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace leadsman {

// What kind of failure it is. One function maps it to an HTTP status (http/problem), one to an exit code (action/exit_code).
enum class errc {
  invalid_input,    // the caller's words are wrong; `field` names which
  unauthenticated,  // who is asking is not known
  forbidden,        // known, but may not
  not_found,
  conflict,   // the same key with other content, a lost race, a held lease
  too_large,  // a body, an archive or a file over its limit
  unavailable,  // the other side did not answer; trying again may help
  timed_out,
  canceled,
  gone,      // what was asked for existed but is no longer kept (HTTP 410, expired watch)
  refused,   // understood, and declined by policy
  internal,  // a defect, or a state that should not exist
};

std::string_view to_string(errc code);

struct error {
  errc code = errc::internal;
  std::string message;  // a sentence for people: what was found, what is allowed, what to do
  std::string field{};  // which input it is about: "releases.shop.chart", "--timeout", "values.yaml:12"; may be empty

  friend bool operator==(const error&, const error&) = default;
};

// Absent is not failed: something that may be missing is result<std::optional<T>>.
template <class T>
using result = std::expected<T, error>;

inline std::unexpected<error> fail(errc code, std::string message, std::string field = {}) {
  return std::unexpected(error{code, std::move(message), std::move(field)});
}

inline std::unexpected<error> fail(error e) { return std::unexpected(std::move(e)); }

}  // namespace leadsman

// Early return of an error, in functions and in coroutines: LEADSMAN_TRY(auto pod, parse_pod(text));
#define LEADSMAN_CONCAT_(a, b) a##b
#define LEADSMAN_CONCAT(a, b) LEADSMAN_CONCAT_(a, b)
#define LEADSMAN_TRY_(tmp, ret, decl, ...)                 \
  auto tmp = (__VA_ARGS__);                                \
  if (!tmp) ret std::unexpected(std::move(tmp).error());   \
  decl = std::move(*tmp)
#define LEADSMAN_TRY(decl, ...) LEADSMAN_TRY_(LEADSMAN_CONCAT(try_, __LINE__), return, decl, __VA_ARGS__)
#define LEADSMAN_CO_TRY(decl, ...) LEADSMAN_TRY_(LEADSMAN_CONCAT(try_, __LINE__), co_return, decl, __VA_ARGS__)
#define LEADSMAN_CHECK_(tmp, ret, ...) \
  if (auto tmp = (__VA_ARGS__); !tmp) ret std::unexpected(std::move(tmp).error())
#define LEADSMAN_CHECK(...) LEADSMAN_CHECK_(LEADSMAN_CONCAT(check_, __LINE__), return, __VA_ARGS__)
#define LEADSMAN_CO_CHECK(...) LEADSMAN_CHECK_(LEADSMAN_CONCAT(check_, __LINE__), co_return, __VA_ARGS__)

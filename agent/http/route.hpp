#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/task.hpp"
#include "auth/authenticator.hpp"
#include "http/message.hpp"
#include "http/metrics.hpp"
#include "runner/service.hpp"

namespace leadsman::http {

using path_params = std::vector<std::pair<std::string_view, std::string>>;

// One request on its way through its handler. Lives in the session, which awaits the handler.
struct call {
  request in;
  path_params params;
  auth::principal who;
  runner::service& service;
  const auth::authenticator& access;
  const server_metrics& metrics;
  bool decided = false;  // somebody has looked whether this caller may do this; else the session answers 500

  const std::string& param(std::string_view name) const;

  // Whether the caller may do this to that release. Errors: forbidden.
  result<void> allow(auth::verb what, const auth::target& where);
  // For what belongs to no release: enough that the caller may do it somewhere. Errors: forbidden.
  result<void> allow_somewhere(auth::verb what);
};

using handler = task<result<response>> (*)(call& c);

enum class payload { none, json, archive };

struct route {
  std::string_view method;
  std::string_view pattern;        // "{name}" stands for one segment
  std::optional<auth::verb> needs;  // absent: open to everybody, unsigned
  handler run;
  payload body = payload::none;
  size_t body_limit = 0;
};

std::span<const route> routes();

struct routed {
  const route* found = nullptr;
  path_params params;
};

// Otherwise what to answer: 404 with a suggestion, 405 with Allow, 400 when the path is not percent-encoded text.
answer<routed> find_route(std::string_view method, std::string_view path);

// 415 when the request has a body of a kind that the route does not take.
answer<void> check_content_type(const route& at, const request& in);

}  // namespace leadsman::http

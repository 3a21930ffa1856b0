#pragma once

#include <chrono>
#include <string>

#include "action/input/pull_request.hpp"
#include "async/task.hpp"
#include "net/client.hpp"

namespace leadsman::action {

struct comment_settings {
  net::endpoint api;  // GITHUB_API_URL: https://api.github.com, or a GitHub Enterprise Server's
  std::string token;
  pull_request at;
  std::string marker;  // the first line of our comment: an HTML comment, that nobody sees
  std::chrono::milliseconds retry_for = std::chrono::seconds(20);  // while GitHub does not answer, or asks for patience
};

// Writes `body` into our one comment on a pull request: the newest that begins with the marker and was made with the same
// identity is written over, else one is made. Whoever else writes the marker is not taken for us. Returns its address.
// Errors: unauthenticated and forbidden (the token; the message says what it needs), not_found, unavailable, timed_out,
// refused (what GitHub said).
task<result<std::string>> write_comment(comment_settings settings, std::string body);

}  // namespace leadsman::action

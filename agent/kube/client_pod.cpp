#include "kube/client.hpp"
#include "kube/line_splitter.hpp"
#include "kube/query.hpp"

namespace leadsman::kube {

namespace {

constexpr size_t k_log_line_limit = 64 * 1024;
constexpr auto k_quiet_log = std::chrono::hours(24);  // dead peers are found by TCP keep-alive long before

std::string log_path(const log_query& wanted, bool follow) {
  query parameters;
  parameters.add("container", wanted.container)
      .flag("follow", follow)
      .flag("previous", wanted.previous)
      .flag("timestamps", wanted.timestamps);
  if (wanted.tail_lines) parameters.add("tailLines", std::to_string(*wanted.tail_lines));
  if (wanted.since) parameters.add("sinceSeconds", std::to_string(std::max<int64_t>(1, wanted.since->count())));
  if (wanted.limit_bytes > 0 && !follow) parameters.add("limitBytes", std::to_string(wanted.limit_bytes));
  return "/api/v1/namespaces/" + net::percent_encode(wanted.name_space) + "/pods/" + net::percent_encode(wanted.pod) + "/log" +
         parameters.text();
}

std::string describe(const log_query& wanted) {
  return "read the log of pod " + wanted.name_space + "/" + wanted.pod +
         (wanted.container.empty() ? "" : " (container " + wanted.container + ")");
}

}  // namespace

task<result<std::string>> client::pod_logs(log_query wanted) {
  net::request ask{"GET", log_path(wanted, false)};
  auto asking = call(std::move(ask), describe(wanted));
  LEADSMAN_CO_TRY(const net::response answer, co_await std::move(asking));
  co_return valid_utf8(answer.body);
}

task<result<void>> client::follow_logs(log_query wanted, std::function<void(std::string_view)> on_line) {
  net::request ask{"GET", log_path(wanted, true)};
  auto opening = open_stream(std::move(ask), describe(wanted));
  LEADSMAN_CO_TRY(const std::unique_ptr<net::body_stream> stream, co_await std::move(opening));
  line_splitter splitter(k_log_line_limit);
  for (;;) {
    LEADSMAN_CO_TRY(const std::optional<std::string> chunk, co_await stream->read_some(k_quiet_log));
    for (const std::string& line : chunk ? splitter.feed(*chunk) : splitter.finish()) on_line(valid_utf8(line));
    if (!chunk) co_return result<void>{};
  }
}

}  // namespace leadsman::kube

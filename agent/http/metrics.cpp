#include "http/metrics.hpp"

#include <fmt/format.h>

#include <iterator>

namespace leadsman::http {

void server_metrics::count_request(std::string_view method, std::string_view route, int status,
                                   std::chrono::milliseconds took) {
  route_figures& figures = requests_[{std::string(route), std::string(method), status}];
  ++figures.requests;
  figures.took += took;
}

std::string server_metrics::text() const {
  std::string out;
  const auto add = [&out](std::string_view name, std::string_view type, std::string_view help) {
    fmt::format_to(std::back_inserter(out), "# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
  };
  const auto labels = [](const auto& key) {
    const auto& [route, method, status] = key;
    return fmt::format("{{method=\"{}\",route=\"{}\",status=\"{}\"}}", method, route, status);
  };
  add("leadsman_http_requests_total", "counter", "Requests answered.");
  for (const auto& [key, figures] : requests_) {
    out += fmt::format("leadsman_http_requests_total{} {}\n", labels(key), figures.requests);
  }
  add("leadsman_http_request_seconds_total", "counter", "Time spent on them; event streams count until they end.");
  for (const auto& [key, figures] : requests_) {
    const double seconds = static_cast<double>(figures.took.count()) / 1000;
    out += fmt::format("leadsman_http_request_seconds_total{} {:.3f}\n", labels(key), seconds);
  }
  add("leadsman_http_connections", "gauge", "Open connections.");
  out += fmt::format("leadsman_http_connections {}\n", open_connections);
  add("leadsman_http_event_streams", "gauge", "Open event streams.");
  out += fmt::format("leadsman_http_event_streams {}\n", open_streams);
  add("leadsman_http_refused_connections_total", "counter", "Connections refused because there were too many.");
  out += fmt::format("leadsman_http_refused_connections_total {}\n", refused_connections);
  return out;
}

}  // namespace leadsman::http

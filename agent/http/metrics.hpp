#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace leadsman::http {

// What the server counts about itself. `route` is a pattern of the route table, so that no caller can invent labels.
class server_metrics {
 public:
  void count_request(std::string_view method, std::string_view route, int status, std::chrono::milliseconds took);
  std::string text() const;  // Prometheus

  int64_t open_connections = 0;
  int64_t open_streams = 0;
  uint64_t refused_connections = 0;  // beyond the limit

 private:
  struct route_figures {
    uint64_t requests = 0;
    std::chrono::milliseconds took{0};
  };
  std::map<std::tuple<std::string, std::string, int>, route_figures> requests_;  // route, method, status
};

// Counts something up for as long as it lives.
class gauge_guard {
 public:
  explicit gauge_guard(int64_t& gauge) : gauge_(gauge) { ++gauge_; }
  ~gauge_guard() { --gauge_; }
  gauge_guard(const gauge_guard&) = delete;
  gauge_guard& operator=(const gauge_guard&) = delete;

 private:
  int64_t& gauge_;
};

}  // namespace leadsman::http

#include "http/metric_options.hpp"

#include "base/text.hpp"

namespace leadsman::http {

using namespace std::chrono_literals;

namespace {

result<std::chrono::milliseconds> parse_window(const std::string& text) {
  const auto span = parse_duration(text);
  if (span && *span >= 1s && *span <= 24h) return *span;
  return fail(errc::invalid_input, "'" + truncate(text, 40) + "' is not allowed; expected a duration from 1s to 24h, such as 5m", "window");
}

result<model::request_source> parse_source(const std::string& text) {
  if (const auto known = model::value_of(model::k_request_source, text)) return *known;
  return fail(errc::invalid_input, "'" + truncate(text, 40) + "' is not allowed; expected app or envoy: who counts the requests", "from");
}

}  // namespace

result<wire::metric_options> read_metric_options(query_reader& query) {
  wire::metric_options out;
  if (const std::string window = query.text("window"); !window.empty()) { LEADSMAN_TRY(out.window, parse_window(window)); }
  if (const std::string from = query.text("from"); !from.empty()) { LEADSMAN_TRY(out.from, parse_source(from)); }
  return out;
}

}  // namespace leadsman::http

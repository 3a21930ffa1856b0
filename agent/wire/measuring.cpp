#include "wire/measuring.hpp"

namespace leadsman::wire {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr int k_most_looks = 1000;

int read_count(document::object_reader& in, std::string_view key, int fallback, int least) {
  return static_cast<int>(in.integer(key, fallback, least, k_most_looks));
}

}  // namespace

std::chrono::milliseconds read_span(document::object_reader& in, std::string_view key, std::chrono::milliseconds fallback, std::chrono::milliseconds least, std::chrono::milliseconds most) {
  const json& value = in.child(key);
  if (value.is_null()) return fallback;
  if (value.is_number()) {
    in.reject(key, value.dump() + " has no unit; write " + value.dump() + "s or " + value.dump() + "m");
    return fallback;
  }
  const std::chrono::milliseconds span = in.duration(key, fallback);
  if (span < least || span > most) in.reject(key, format_duration(span) + " is out of range; allowed is " + format_duration(least) + " to " + format_duration(most));
  return span;
}

json span_json(std::chrono::milliseconds span) { return std::to_string(span.count()) + "ms"; }

model::measuring read_measuring(document::object_reader& in) {
  model::measuring out;
  out.interval = read_span(in, "interval", out.interval, 1s, 1h);
  out.count = read_count(in, "count", out.count, 1);
  out.window = read_span(in, "window", out.window, 1s, 24h);
  if (in.has("delay")) out.delay = read_span(in, "delay", 0s, 0s, 24h);
  in.child("delay");
  out.failure_limit = read_count(in, "failure-limit", out.failure_limit, 0);
  out.inconclusive_limit = read_count(in, "inconclusive-limit", out.inconclusive_limit, 0);
  out.error_limit = read_count(in, "error-limit", out.error_limit, 0);
  if (in.has("min-samples")) out.min_samples = static_cast<int>(in.integer("min-samples", 0, 1'000'000'000));
  in.child("min-samples");
  out.stale_after = read_span(in, "stale-after", out.stale_after, 1s, 24h);
  if (out.failure_limit >= out.count) {
    in.reject("failure-limit", "is " + std::to_string(out.failure_limit) + " of " + std::to_string(out.count) + " looks: such a gate cannot fail");
  }
  return out;
}

void add_measuring(json& out, const model::measuring& pace) {
  out["interval"] = span_json(pace.interval);
  out["count"] = pace.count;
  out["window"] = span_json(pace.window);
  if (pace.delay) out["delay"] = span_json(*pace.delay);
  out["failure-limit"] = pace.failure_limit;
  out["inconclusive-limit"] = pace.inconclusive_limit;
  out["error-limit"] = pace.error_limit;
  if (pace.min_samples) out["min-samples"] = *pace.min_samples;
  out["stale-after"] = span_json(pace.stale_after);
}

}  // namespace leadsman::wire

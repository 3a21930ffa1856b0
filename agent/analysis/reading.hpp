#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/query.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "model/gate.hpp"
#include "model/metric_answer.hpp"

namespace leadsman::analysis {

// What one look found. Only a `value` can be good or bad.
enum class reading {
  value,
  // Nothing to judge; the next look may find it.
  no_data,        // no series at all
  not_a_number,
  infinite,
  stale,          // the newest sample is older than allowed
  no_traffic,     // fewer samples than a number needs
  // The question or the source is at fault.
  several_series,
  unreachable,
  rejected,       // the source refuses to answer: credentials, limits
  invalid_query,  // asking again gives the same
  bad_answer,     // not in the protocol's words
};
inline constexpr model::word<reading> k_reading[]{
    {"value", reading::value},
    {"no-data", reading::no_data},
    {"not-a-number", reading::not_a_number},
    {"infinite", reading::infinite},
    {"stale", reading::stale},
    {"no-traffic", reading::no_traffic},
    {"several-series", reading::several_series},
    {"unreachable", reading::unreachable},
    {"rejected", reading::rejected},
    {"invalid-query", reading::invalid_query},
    {"bad-answer", reading::bad_answer},
};

constexpr bool is_fault(reading r) { return r >= reading::several_series; }

// The source's answer to one question.
struct answer {
  reading what = reading::no_data;
  double value = 0;
  std::optional<wall_time> at{};  // when the sample was taken, or the expression evaluated; absent: beyond all calendars
  std::string words{};            // of the source, when there is no value: untrusted
  std::vector<std::string> warnings{};
};

// What a source gives in Unix seconds. Before 1970 or after the year 5138 it is the nearest of what lies between.
wall_time time_of(double seconds);

// What a question came back with. An error is one of the reading's faults; one of errc::internal is an answer that was none.
answer read_answer(const result<model::metric_answer>& came);

// The answers about one side; those of questions that were not asked are absent.
struct answers {
  answer value;
  std::optional<answer> traffic{};
  std::optional<answer> newest{};
};

// What was found about one side in one look.
struct look {
  reading what = reading::no_data;
  double value = 0;                 // of a `value`
  std::optional<double> samples{};  // requests in the window, when that is known
  std::string words{};              // why there is no value; may hold the source's, untrusted

  bool operator==(const look&) const = default;
};

// Whether there were enough samples is asked first: 0 / 0 is no traffic, not a defect. `now` is when it was asked.
look read_look(const model::metric_gate& gate, const answers& came, wall_time now);

}  // namespace leadsman::analysis

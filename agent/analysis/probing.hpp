#pragma once

#include <set>
#include <string>
#include <string_view>

#include "analysis/share.hpp"
#include "model/canary.hpp"

namespace leadsman::analysis {

// What probes that were sent one way came back with.
struct probed {
  int64_t canary = 0;
  int64_t stable = 0;
  int64_t failed = 0;       // told no side
  std::string why_failed{};  // of the newest
  std::set<std::string> values{};  // that told a side

  int64_t told() const { return canary + stable; }
  traffic_seen seen() const { return {canary, told()}; }
};

// Whether an answer with this value is the canary's. `of_stable`: what stable answered before there was a canary.
bool is_canarys(const model::traffic_probe& probe, const std::set<std::string>& of_stable, std::string_view value);

// Why these answers of stable alone tell no side; empty when they do.
std::string why_it_tells_nothing(const model::traffic_probe& probe, const probed& of_stable);

// "none of 100 probes", "24.8 % of 113 probes", then `more`; with how many failed, and the last reason.
std::string describe(const probed& came, std::string_view more = {});

// The value at a pointer of a JSON text; empty: there is none that is a text, number, true or false.
std::string value_at_pointer(const std::string& body, const std::string& pointer);

}  // namespace leadsman::analysis

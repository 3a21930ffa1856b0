#pragma once

#include <nlohmann/json.hpp>
#include <map>
#include <string>
#include <vector>

#include "analysis/judge.hpp"
#include "base/clock.hpp"

namespace leadsman::analysis {

// What one gate has seen so far.
struct gate_record {
  wall_time began{};
  std::vector<measurement> seen{};

  bool operator==(const gate_record&) const = default;
};

using gate_records = std::map<std::string, gate_record>;  // by the gate's name

// As it is kept with a step, so that another agent goes on with it. The source's own words are left out: they may say
// anything.
nlohmann::json records_json(const gate_records& records);

// What records_json has written; nothing when another version has kept it otherwise: then it is measured again.
gate_records read_records(const nlohmann::json& value);

}  // namespace leadsman::analysis

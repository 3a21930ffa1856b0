#include "analysis/record.hpp"

#include "wire/json.hpp"

namespace leadsman::analysis {

using nlohmann::json;

LEADSMAN_JSON_WORDS(reading, k_reading)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(look, what, value, samples)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(measurement, at, canary, beside)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(gate_record, began, seen)

json records_json(const gate_records& records) { return records; }

gate_records read_records(const json& value) { return wire::parse<gate_records>(value).value_or(gate_records{}); }

}  // namespace leadsman::analysis

#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "wire/plan.hpp"

// How long the steps of a plan take, in words. All pure.
namespace leadsman::action {

// "about 41s", "2m", "3m 10s to 4m 40s", "at least 2m", "until promoted", "unknown".
std::string taken_text(const wire::expected_time& time);

// "at once", "after 2m", "after at least 2m"; empty when it is not known at all.
std::string begins_text(const wire::expected_time& begins);

// "about 12m, by the last 5 deployments": of a whole plan.
std::string whole_text(const nlohmann::json& plan);

// Whether a plan says of any step how long it takes.
bool tells_times(const nlohmann::json& plan);

wire::expected_time time_at(const nlohmann::json& object, const char* key);

}  // namespace leadsman::action

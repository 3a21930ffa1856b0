#pragma once

#include <nlohmann/json.hpp>

#include <vector>

#include "action/output/narrate.hpp"
#include "wire/check.hpp"
#include "wire/health.hpp"

// What the agent answers to questions, as lines for people. All pure; keys that are missing show as nothing.
namespace leadsman::action {

inline spoken_line say(styled_line line) { return {std::move(line), true}; }

std::vector<spoken_line> plan_page(const nlohmann::json& plan, const std::string& title);
bool is_refused(const nlohmann::json& plan);  // deploy would do nothing, and not because there is nothing to change
wire::checks checks_of(const nlohmann::json& plan);  // what was looked at for it
std::string title_of_step(const nlohmann::json& step);
std::vector<spoken_line> status_page(const nlohmann::json& status);
std::vector<spoken_line> history_page(const nlohmann::json& history);

std::vector<spoken_line> health_page(const wire::release_health& health);
std::vector<spoken_line> metrics_page(const wire::deployment_metrics& metrics);
std::vector<spoken_line> change_page(const wire::metric_change& change);

// What is wrong comes with how to mend it; what can be applied as it is (Kubernetes YAML) stands at the end, unindented.
std::vector<spoken_line> doctor_page(const wire::checks& checks);

spoken_line way_back_line(const nlohmann::json& answer);            // its "way_back"
std::vector<spoken_line> holder_lines(const nlohmann::json& holder);  // null: none

// A table whose columns are as wide as their widest cell; the first row is the head.
std::vector<styled_line> table(const std::vector<std::vector<span>>& rows);

}  // namespace leadsman::action

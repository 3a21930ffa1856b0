#pragma once

#include <nlohmann/json.hpp>

#include <string>

// Reads what may be missing or of another type: then it is nothing.
namespace leadsman::action {

std::string text_of(const nlohmann::json& value);                     // of any value
std::string text_at(const nlohmann::json& object, const char* key);  // the same; empty for null
const nlohmann::json& list_at(const nlohmann::json& object, const char* key);
nlohmann::json value_at(const nlohmann::json& object, const char* key);  // null when missing

}  // namespace leadsman::action

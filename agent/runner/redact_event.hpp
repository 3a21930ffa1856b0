#pragma once

#include <nlohmann/json.hpp>

#include <string>

#include "base/redact.hpp"
#include "model/event.hpp"

namespace leadsman::runner {

// JSON without the secrets, and still the JSON that it was: only texts are redacted. Numbers, keys and the product's own
// words ("step": "test") are kept even where somebody's password is "test" or "2026": they tell nothing, and without them
// nobody could read what stands there.
nlohmann::json redact_json(const redactor& secrets, nlohmann::json value);

// Message and data of an event without the secrets.
model::event redact_event(const redactor& secrets, model::event e);

}  // namespace leadsman::runner

#pragma once

#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace leadsman::wire {

// The one place where an error becomes an HTTP status.
int http_status(errc code);

// The body of an error response: RFC 9457 problem details, {"status", "title", "detail", "code", "field"}.
nlohmann::json to_problem(const error& e);

// What a client makes of an error response; a body that is no problem document still gives a sentence.
error parse_problem(std::string_view body, int status);

}  // namespace leadsman::wire

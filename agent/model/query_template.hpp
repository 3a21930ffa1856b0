#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/words.hpp"

namespace leadsman::model {

// What may stand between {{ and }} in a query.
enum class query_variable { canary,       // name of the canary's Service
                            stable,       // and of stable's
                            canary_pods,  // regular expression that fits the names of its pods
                            stable_pods,
                            name_space,
                            release,
                            window };  // a duration as PromQL has them
inline constexpr word<query_variable> k_query_variable[]{
    {"canary", query_variable::canary},
    {"stable", query_variable::stable},
    {"canary-pods", query_variable::canary_pods},
    {"stable-pods", query_variable::stable_pods},
    {"namespace", query_variable::name_space},
    {"release", query_variable::release},
    {"window", query_variable::window},
};

// Text and, unless it is the last piece, the variable behind it.
struct query_piece {
  std::string text;
  std::optional<query_variable> then{};

  bool operator==(const query_piece&) const = default;
};

// Errors: invalid_input, without a field: a variable that is not known, or braces that are not closed.
result<std::vector<query_piece>> parse_query_template(std::string_view text);

bool mentions(const std::vector<query_piece>& query, query_variable which);

}  // namespace leadsman::model

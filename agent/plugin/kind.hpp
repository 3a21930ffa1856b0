#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/words.hpp"

namespace leadsman::plugin {

// What a plugin can be. It may be several.
enum class kind { router,
                  metric,
                  gate,
                  drain,
                  scaler,
                  notify };

inline constexpr model::word<kind> k_kinds[]{
    {"router", kind::router}, {"metric", kind::metric}, {"gate", kind::gate}, {"drain", kind::drain}, {"scaler", kind::scaler}, {"notify", kind::notify}};

std::string_view to_string(kind which);
std::optional<kind> parse_kind(std::string_view word);

// "router, metric"
std::string to_string(const std::vector<kind>& which);

}  // namespace leadsman::plugin

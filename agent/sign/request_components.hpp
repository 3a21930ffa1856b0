#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "sign/http_signature.hpp"

namespace leadsman::sign {

inline constexpr std::string_view k_algorithm = "ed25519";
inline constexpr std::array<std::string_view, 5> k_required_components{"@method", "@authority", "@path",
                                                                       "@query", "content-digest"};
// Headers that decide what a request does: covered when the request has them.
inline constexpr std::array<std::string_view, 1> k_covered_when_present{"idempotency-key"};

// The value of a covered component (RFC 9421 §2): a derived one of the request, or a header, its lines
// joined. Absent when the request has no such header, or the component is one that Leadsman does not know.
std::optional<std::string> component_value(std::string_view name, const request_parts& parts,
                                           const header_list& headers);

// All lines of a header, trimmed and joined by ", ". Absent when there is none.
std::optional<std::string> header_value(const header_list& headers, std::string_view name);

}  // namespace leadsman::sign

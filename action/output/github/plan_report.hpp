#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/error.hpp"

namespace leadsman::action::github {

// GitHub refuses a comment above 65,536 characters; each has at least one byte.
inline constexpr size_t k_comment_limit = 65'000;

// A plan in Markdown, at most `limit` bytes: what stands against it, the steps, what was looked at, and the changes in a
// fold. When it would become too long the changes are cut first, and that is said; where a whole plan is to be seen too.
// `title` is the release, "shop (production)".
std::string write_plan(const nlohmann::json& plan, const std::string& title, size_t limit);

// What stands there instead when there is no plan.
std::string write_no_plan(const error& why, const std::string& title);

}  // namespace leadsman::action::github

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "twin/instructions.hpp"

namespace leadsman::runner {

// What becomes of a manifest between helm's rendering and its applying.
struct post_rendering {
  std::optional<twin::instructions> twin;  // it is a canary's
  std::string limits;                      // it may not go beyond them, see reach_gate.hpp; empty: none
};

// One line of JSON, the word of helm::upgrade_request::post_render; empty when the manifest stays as it is.
std::string to_word(const post_rendering& how);

// The manifest that helm is to apply. Pure. Errors: refused when it has to be held back; invalid_input for a word or a
// manifest that cannot be read.
result<std::string> post_render(std::string_view manifest, std::string_view word);

}  // namespace leadsman::runner

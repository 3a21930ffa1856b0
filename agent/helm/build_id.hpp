#pragma once

#include <string>

#include "base/error.hpp"

namespace leadsman::helm {

// What tells one build of helm from every other: "go:" and the build ID that Go's linker notes in the ELF file, which
// covers all that went into it. Reading it takes microseconds; asking helm for its version takes a tenth of a second, and
// two builds of one version are two helms. A program without the note is known by its content, "sha256:<hex>".
// Blocking. Errors: not_found, unavailable.
result<std::string> build_id(const std::string& program);

}  // namespace leadsman::helm

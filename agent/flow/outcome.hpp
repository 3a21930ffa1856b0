#pragma once

#include "model/words.hpp"

namespace leadsman::flow {

// How a step ended, in the words that decide what comes next.
enum class outcome {
  done,
  failed,
  no_change,    // look: nothing would change
  held,         // acquire: somebody else has the release, and the user does not want to wait
  no_way_back,  // look: nothing to return to, and the user wants something
  stuck,        // look: another tool left the release in pending-*
  missing,      // look for a rollback: no such revision; test: the chart has no tests
  untouched,    // upgrade: helm failed before it changed anything
  promoted,        // hold: to a weight that was asked for by hand
  promoted_fully,  // hold: by hand, past all weights that are left
  adopted,         // a weight that somebody else has set is ours now
};

inline constexpr model::word<outcome> k_outcome[]{
    {"done", outcome::done},           {"failed", outcome::failed},   {"no_change", outcome::no_change},
    {"held", outcome::held},           {"no_way_back", outcome::no_way_back}, {"stuck", outcome::stuck},
    {"missing", outcome::missing},     {"untouched", outcome::untouched},
    {"promoted", outcome::promoted},   {"promoted_fully", outcome::promoted_fully}, {"adopted", outcome::adopted}};

}  // namespace leadsman::flow

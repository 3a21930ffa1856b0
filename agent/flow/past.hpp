#pragma once

#include <span>
#include <string>
#include <utility>

#include "flow/machine.hpp"

namespace leadsman::flow {

// What the steps so far tell.

// The last one of a kind, or null.
const model::step_record* find_step(std::span<const model::step_record> steps, model::step_kind kind);

bool has_failed(const model::step_record* step);

// What went wrong first; the message of the end is about it. A missing test counts when nothing failed outright.
const model::step_record* cause_of(std::span<const model::step_record> steps);

// Whether helm may have changed the release of that step: it was begun, and did not say that it left everything alone.
bool may_have_changed(std::span<const model::step_record> steps, model::step_kind kind);

bool has_canary(const situation& now);  // one was begun
bool has_left(const situation& now);    // an earlier deployment has left one, and it is still there
bool is_about_canary(const model::step_record& step);  // and not about stable, before traffic goes home
bool is_home(std::span<const model::step_record> steps);  // traffic is all at stable again

// Whether the way forward was left, for whatever reason.
bool is_on_way_back(std::span<const model::step_record> steps);

bool was_canceled(const situation& now);  // in the way that leads back

// What became of the canary that an earlier deployment had left, as the end of a sentence; empty when there was none, or it
// was promoted.
std::string fate_of_left(const situation& now);
std::string nothing_changed(const situation& now);  // "; nothing was changed", as the end of a sentence
std::string cancel_message(const model::cancel_request& cancel);

// Why we are on the way back, as reason and sentence.
std::pair<std::string, std::string> why_back(const situation& now);

}  // namespace leadsman::flow

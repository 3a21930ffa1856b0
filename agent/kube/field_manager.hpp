#pragma once

#include <functional>
#include <span>
#include <string>

#include "kube/object_ref.hpp"

namespace leadsman::kube {

// Under this name we write fields, unless helm's is taken.
inline constexpr const char* k_field_manager = "leadsman";

// Whoever has written the newest of the entries of metadata.managedFields that `counts`, when that was not us: for messages.
// "somebody" when nobody else is named there. Pure.
std::string last_writer(std::span<const json> objects, const std::function<bool(const json& entry)>& counts);

}  // namespace leadsman::kube

#pragma once

#include <string>
#include <vector>

#include "plugins/gateway-api/target.hpp"

// What the rules of an HTTPRoute lead to. All of it reads anything: an API server has checked the objects, or nobody has.
namespace leadsman::gateway_api {

// The list of a path like "/spec/rules"; empty when there is none.
const json& list_at(const json& object, const char* path);

bool leads_to(const json& backend, const side& where, const std::string& name_space);

// The place of the side's backend in the rule's backendRefs; absent when it has none.
std::optional<size_t> backend_of(const json& rule, const side& where, const std::string& name_space);

// Leads to the canary and nowhere else: made by us for matches, or as good as made by us, since it goes with the canary.
bool is_canary_only(const json& rule, const target& t);

// What the target means in a route: places in /spec/rules, and what is in the way. With problems nothing may be written.
struct chosen_rules {
  std::vector<size_t> places;
  std::vector<std::string> problems;
};

chosen_rules choose_rules(const json& route, const target& t);

int64_t weight_of(const json& backend);  // 1 unless given, as the API says

}  // namespace leadsman::gateway_api

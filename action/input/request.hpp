#pragma once

#include <optional>
#include <string>
#include <vector>

#include "action/arguments.hpp"
#include "action/environment.hpp"
#include "model/request.hpp"

namespace leadsman::action {

// Read when no other is named, if it is there.
inline constexpr const char* k_usual_config = "leadsman.yaml";

struct target {
  spec::resolved_release release;
  std::string agent;  // an address; empty: embedded
};

// Which release, where and by which choices: leadsman.yaml (the one given, else ./leadsman.yaml when it is there) with
// the flags or inputs over it. Errors: invalid_input, not_found.
result<target> find_target(const arguments& given, const environment& env);

// The same for verbs that need no chart: status, history, rollback.
result<target> find_release(const arguments& given, const environment& env);

// The agent's address when no release is needed: the flag, LEADSMAN_AGENT, the file's. Errors: invalid_input.
result<std::string> find_agent(const arguments& given, const environment& env);

struct packed_request {
  model::deployment_request request;
  std::string archive;             // of the chart; empty when the agent fetches it
  std::optional<model::chart_reference> fetched;
  std::vector<std::string> notes;  // for people
};

// Reads values files and packs the chart, unless it is the agent's to fetch. Errors: invalid_input ("values.yaml:3" as field where a file is at fault),
// too_large.
result<packed_request> pack_request(const target& where, const arguments& given, const environment& env);

}  // namespace leadsman::action

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "kube/client.hpp"
#include "runner/gate/measure.hpp"
#include "runner/gate/subjects.hpp"

// Numbers that are asked for outside a rollout: to be shown, not judged.
namespace leadsman::runner {

// Who counts requests, as the gates say.
model::request_source counter_of(const std::vector<model::gate>& gates);

// A ready-made number; any traffic will do.
model::metric_gate shown_gate(model::ready_made use, model::request_source from, std::chrono::milliseconds window);

// Questions about these Services. Once the source has not answered one, it is asked no other.
measuring_task questions_to(plugin::host& plugins, model::metric_source source, kube::client& api, model::release_id release, measured_services services);

}  // namespace leadsman::runner

#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/assess.hpp"
#include "analysis/judge.hpp"
#include "model/gate.hpp"
#include "wire/analysis.hpp"

namespace leadsman::analysis {

// The newest of `seen` for the journal, and how the gate stands after it. `seen` is not empty.
wire::measurement told_of(const model::metric_gate& gate, std::span<const measurement> seen, const assessment& stands);

// One gate as a row of the evidence: every number it saw, and how it ended. `query` is what was asked about the canary.
wire::gate_verdict evidence_of(const model::metric_gate& gate, std::span<const measurement> seen, const assessment& stands, const std::string& query);

// All gates of a step together, in their order: failed when one of them failed, by the first that did; otherwise error,
// inconclusive, measuring (broken off), each by the first that is so; passed when all did. Advisory ones decide nothing.
wire::analysis_verdict conclude(std::vector<wire::gate_verdict> gates);

}  // namespace leadsman::analysis

#pragma once

#include "runner/rollouts.hpp"
#include "unit/runner/scene.hpp"

namespace leadsman::runner {

// An agent that is asked about its cluster, and carries out nothing.
class agent_scene : public scene {
 protected:
  void SetUp() override {
    scene::SetUp();
    known_.add({"prod", "", "", cluster_.connect()});
    agent_ = std::make_unique<rollouts>(shared_, known_, sign::secret_box(sign::secret_box::key{}));
  }

  clusters known_;
  std::unique_ptr<rollouts> agent_;
};

}  // namespace leadsman::runner

#pragma once

#include <string>

#include "helm/release.hpp"

namespace leadsman::runner {

enum class left_revision { nothing,
                           interrupted,
                           deployed,
                           failed };

// What an earlier attempt of the upgrade has left, judged by the newest revision now and by the one, `base`, that stood
// there before it. `deployment` is our id, which the revision carries as its label when we made it.
left_revision assess_left(const helm::release& newest, const std::string& deployment, int base);

bool is_made_by(const helm::release& made, const std::string& deployment);

}  // namespace leadsman::runner

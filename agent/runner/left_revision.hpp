#pragma once

#include <string>
#include <string_view>

#include "helm/release.hpp"

namespace leadsman::runner {

// The description of a revision that a dead helm has left pending, once it is marked failed so that helm goes on.
inline constexpr std::string_view k_helm_has_died = "marked failed by Leadsman: the helm that made it has died";

enum class left_revision { nothing,
                           interrupted,
                           deployed,
                           failed };

// What an earlier attempt of the upgrade has left, judged by the newest revision now and by the one, `base`, that stood
// there before it. `deployment` is our id, which the revision carries as its label when we made it.
left_revision assess_left(const helm::release& newest, const std::string& deployment, int base);

bool is_made_by(const helm::release& made, const std::string& deployment);

}  // namespace leadsman::runner

#pragma once

#include "action/client/api.hpp"
#include "action/command/context.hpp"

namespace leadsman::action {

using question = task<result<nlohmann::json>> (api::*)(model::release_id);
using page_writer = std::vector<spoken_line> (*)(const nlohmann::json&);

// A question about one release, and its answer as a page: what status and history have in common.
task<exit_code> ask_about_release(context& c, question what, page_writer write);

}  // namespace leadsman::action

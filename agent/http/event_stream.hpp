#pragma once

#include <string>

#include "http/message.hpp"
#include "http/session.hpp"
#include "model/event.hpp"

namespace leadsman::http {

// Writes the events after the cursor as they happen, page by page: what a follower holds of the agent's memory is the one
// page it is reading. Ends after the last event of a finished deployment, or with the server; false when the connection is
// of no more use.
task<bool> stream_events(server_context& app, session_slot& slot, connection& wire, response head, const request& in);

// "id: 7\nevent: step\ndata: {...}\n\n"
std::string format_event(const model::event& e);

}  // namespace leadsman::http

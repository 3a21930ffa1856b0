#pragma once

#include <string_view>

#include "plugin/dialogue.hpp"

namespace leadsman::plugin {

// What it means for the caller that a plugin answered with an error: by the code of JSON-RPC, else by `data.kind`
// (docs/plugins.md). The message is a sentence without its subject, the plugin.
error to_error(std::string_view method, const rpc_error& said);

// The same for a result that could not be read: what a strict reader found (invalid_input, with its key) is no mistake of the
// caller's. Other errors stay as they are.
error wrong_answer(error found);

}  // namespace leadsman::plugin

#pragma once

#include "plugin/manifest.hpp"

namespace leadsman::plugin {

// The params of `initialize`.
nlohmann::json introduction(const std::string& agent_version);

// Whether what a plugin answers to `initialize` is what its manifest says. Errors: internal, a sentence whose subject is the
// plugin: "says that its version is '2', and its manifest '1'".
result<void> check_handshake(const manifest& expected, const nlohmann::json& said);

}  // namespace leadsman::plugin

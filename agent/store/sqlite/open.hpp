#pragma once

#include <filesystem>
#include <memory>

#include "store/store.hpp"

namespace leadsman::store {

// The store in a folder of its own: leadsman.db and charts/. Makes what is missing, brings an older database up to date
// and holds it until destroyed. Blocks: for start-up. Calls then run on a thread of the store's own and resume on the
// caller's executor. Destroy it after the last call has returned.
// Errors: invalid_input (a network file system, not a folder, not a database of ours), conflict (another agent holds
// it), unavailable (cannot be written, disk full), internal (damaged), refused (made by a newer agent).
result<std::unique_ptr<store>> open_sqlite(std::filesystem::path folder, durability saves = durability::machine);

}  // namespace leadsman::store

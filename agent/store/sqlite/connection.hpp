#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <memory>

#include "store/store.hpp"

namespace leadsman::store::sqlite {

// Opens the file, which exists, for this process alone; not migrated yet.
// Errors: conflict (another process holds it), invalid_input, unavailable, internal.
result<std::unique_ptr<SQLite::Database>> connect(const std::filesystem::path& file, durability saves);

}  // namespace leadsman::store::sqlite

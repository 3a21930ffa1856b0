#include "store/sqlite/failure.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace leadsman::store::sqlite {

error failure_of(const SQLite::Exception& e) {
  switch (e.getErrorCode()) {
    case SQLITE_FULL:
      return {errc::unavailable, "the disk of the database is full: nothing was saved; free some space and try again"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {errc::unavailable, "the database is locked by another process: nothing was saved"};
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return {errc::unavailable, fmt::format("cannot read or write the database ({}): nothing was saved", e.what())};
    case SQLITE_CORRUPT:
      return {errc::internal, fmt::format("the database is damaged ({}); restore it from a backup", e.what())};
    case SQLITE_NOTADB:
      return {errc::invalid_input, "the file is not an SQLite database; give the agent a folder of its own"};
    default:
      return {errc::internal, fmt::format("the database refused: {}", e.what())};
  }
}

error failure_of(int error_number, const std::string& doing) {
  if (error_number == ENOSPC || error_number == EDQUOT) {
    return {errc::unavailable, fmt::format("cannot {}: the disk is full; free some space and try again", doing)};
  }
  return {errc::unavailable, fmt::format("cannot {}: {}", doing, std::strerror(error_number))};
}

}  // namespace leadsman::store::sqlite

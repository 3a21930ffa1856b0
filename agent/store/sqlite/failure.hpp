#pragma once

#include <SQLiteCpp/Exception.h>
#include <nlohmann/json.hpp>

#include <string>
#include <type_traits>

#include "base/error.hpp"

namespace leadsman::store::sqlite {

// Errors: unavailable when the disk is full or does not work, internal when the content is damaged or a rule broken.
error failure_of(const SQLite::Exception& e);

// The same for a system call; `doing` completes "cannot ...".
error failure_of(int error_number, const std::string& doing);

// SQLiteCpp throws; outside this folder nothing does.
template <class F>
std::invoke_result_t<F> guarded(F&& work) {
  try {
    return work();
  } catch (const SQLite::Exception& e) {
    return fail(failure_of(e));
  } catch (const nlohmann::json::exception& e) {
    return fail(errc::internal, std::string("the database holds JSON that cannot be read: ") + e.what());
  }
}

}  // namespace leadsman::store::sqlite

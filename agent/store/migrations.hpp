#pragma once

#include <span>
#include <string_view>

namespace leadsman::store {

struct migration {
  int version = 0;        // 1, 2, 3 ... without gaps
  std::string_view name;  // "0001_initial"
  const char* sql = "";   // any number of statements
};

// All of agent/store/migrations/*.sql, in order.
std::span<const migration> migrations();

}  // namespace leadsman::store

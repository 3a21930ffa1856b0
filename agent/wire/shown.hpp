#pragma once

#include <cstdint>
#include <string>

#include "model/gate.hpp"

namespace leadsman::wire {

// A number for people, four digits at most: "7.25 %", "81 ms", "1.2 s", "3".
std::string shown(double value, model::unit unit);

// "4,112"
std::string grouped(int64_t number);

}  // namespace leadsman::wire

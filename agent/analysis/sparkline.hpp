#pragma once

#include <optional>
#include <span>
#include <string>

namespace leadsman::analysis {

// "▁▂▅█·▂": one character a number, from the lowest of them to the highest; "·" where there was none. When all are equal,
// they are at the bottom. The newest `most` of them.
std::string sparkline(std::span<const std::optional<double>> values, size_t most = 40);

}  // namespace leadsman::analysis

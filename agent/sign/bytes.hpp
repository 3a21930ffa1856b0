#pragma once

#include <string>
#include <string_view>

namespace leadsman::sign {

// Text as libsodium takes it.
inline const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
inline unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace leadsman::sign

#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leadsman {

inline bool is_any(std::string_view word, std::initializer_list<std::string_view> of) {
  return std::ranges::find(of, word) != of.end();
}

// The first that is not empty.
inline std::string first_of(const std::string& given, const std::string& otherwise) { return given.empty() ? otherwise : given; }

std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
std::string join(std::span<const std::string> parts, std::string_view separator);

// Cuts after `limit` bytes without breaking a UTF-8 sequence, and says so with "…".
std::string truncate(std::string_view text, size_t limit);

// The candidate that a typo was probably meant to be (edit distance at most a third of its length), if there is one.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

// "one of a, b or c"; for messages about what is allowed.
std::string one_of(std::span<const std::string> words);

// A name that Kubernetes accepts as a label value and DNS label (RFC 1123): [a-z0-9]([-a-z0-9]*[a-z0-9])?, at most `limit`.
bool is_dns_label(std::string_view name, size_t limit = 63);

// A SHA-256 as everything here writes it: 64 lower-case hexadecimal digits.
bool is_sha256_hex(std::string_view text);

// '*' matches any run of characters, everything else itself, the whole text.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace leadsman

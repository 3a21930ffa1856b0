#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace leadsman {

// Hides known secrets in text that leaves the process: logs, events, evidence. It knows each secret as a
// whole, each of its lines, and how these look in base64 (Secret objects, with or without a final newline)
// and inside JSON strings. What is shorter than four bytes is not hidden: it would make every log unreadable
// and protect nothing.
class redactor {
 public:
  static constexpr size_t k_shortest = 4;
  static constexpr std::string_view k_mask = "***";

  redactor() = default;
  explicit redactor(const std::vector<std::string>& secrets);

  std::string redact(std::string_view text) const;
  bool empty() const { return longest_ == 0; }

 private:
  friend class redact_stream;
  void add(std::string_view secret);
  void add_form(std::string form);
  size_t longest_match(std::string_view text) const;  // at the start of text; 0 when none
  bool may_grow(std::string_view text) const;         // text is a proper prefix of a form: more input decides

  std::unordered_map<uint32_t, std::vector<std::string>> forms_;  // by their first four bytes, longest first
  std::bitset<65536> starts_;                                     // the first two bytes of any form
  size_t longest_ = 0;
};

// The same for text that arrives in pieces: a secret across the border of two pieces is found too. What might
// be the beginning of a secret is kept back until it is decided, at most the length of the longest secret.
class redact_stream {
 public:
  explicit redact_stream(const redactor& secrets) : secrets_(&secrets) {}  // which outlives the stream

  std::string push(std::string_view piece);
  std::string finish();  // what was kept back; the stream can be used again afterwards

 private:
  std::string drain(bool ended);

  const redactor* secrets_;
  std::string pending_;
  size_t covered_ = 0;  // so many bytes of pending_ belong to a secret whose mask is already written
};

}  // namespace leadsman

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadsman::kube {

// The query part of a target: only what is set, percent-encoded, in the given order.
class query {
 public:
  query& add(std::string_view name, std::string_view value);  // left out when empty
  query& flag(std::string_view name, bool set) { return add(name, set ? "true" : ""); }

  // "?a=b&c=d", or nothing
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace leadsman::kube

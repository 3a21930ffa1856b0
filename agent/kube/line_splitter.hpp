#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadsman::kube {

// Whole lines from chunks of any size, without their ends ("\n" or "\r\n").
class line_splitter {
 public:
  // Lines longer than `limit` come in pieces.
  explicit line_splitter(size_t limit) : limit_(limit) {}

  std::vector<std::string> feed(std::string_view chunk);
  std::vector<std::string> finish();  // the last line when it has no end

 private:
  size_t limit_;
  std::string line_;
};

// Bytes that are not UTF-8 become U+FFFD, so that logs can stand in JSON.
std::string valid_utf8(std::string_view bytes);

}  // namespace leadsman::kube

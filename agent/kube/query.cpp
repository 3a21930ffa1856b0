#include "kube/query.hpp"

#include "net/message.hpp"

namespace leadsman::kube {

query& query::add(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  text_ += text_.empty() ? "?" : "&";
  text_ += std::string(name) + "=" + net::percent_encode(value);
  return *this;
}

}  // namespace leadsman::kube

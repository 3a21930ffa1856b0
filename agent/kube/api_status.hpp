#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "net/message.hpp"

namespace leadsman::kube {

// A non-2xx answer as an error; `what` is what was tried ("get Deployment shop/web"). The body is a Kubernetes Status, or
// whatever a proxy in between wrote.
error to_error(int http_status, const net::header_list& headers, std::string_view body, std::string_view what);

std::optional<std::chrono::seconds> retry_after(const net::header_list& headers);

}  // namespace leadsman::kube

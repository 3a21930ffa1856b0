#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kube/object_ref.hpp"

namespace leadsman::kube {

// A resource.Quantity in thousandths, rounded up: "500m" is 500, "2" is 2000, "1Ki" is 1024000. Absent when it is none, is
// negative or is beyond what fits. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
std::optional<int64_t> parse_quantity(std::string_view text);

// The same of JSON: charts write numbers, too.
std::optional<int64_t> quantity_of(const json& value);

// For people: "1.5", "250m" of cores; "16Mi", "1.5Gi" of bytes. In thousandths as above.
std::string cores_text(int64_t thousandths);
std::string bytes_text(int64_t thousandths);

}  // namespace leadsman::kube

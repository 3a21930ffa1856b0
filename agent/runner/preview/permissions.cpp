#include "runner/preview/permissions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runner/permission/role.hpp"

namespace leadsman::runner {

namespace {

std::vector<permission> each_once(std::vector<permission> all) {
  std::vector<permission> out;
  for (permission& each : all) {
    const auto same = [&](const permission& other) { return other.what == each.what && other.why == each.why; };
    if (std::ranges::none_of(out, same)) out.push_back(std::move(each));
  }
  return out;
}

}  // namespace

task<wire::check> permission_row(rollout& r, std::vector<permission> denied) {
  denied = each_once(std::move(denied));
  if (denied.empty()) co_return wire::well("permissions", "all that are needed are there");
  wire::check row = wire::wrong("permissions", fmt::format("{} missing", denied.size()), "let somebody who may grant them apply the roles below: kubectl apply -f FILE");
  for (const std::string& line : describe_denied(denied)) row.found += "\n" + line;
  const auto user = co_await r.target.api->who_am_i();
  row.apply = make_roles(denied, r.release().name, user.value_or(""));
  co_return row;
}

}  // namespace leadsman::runner

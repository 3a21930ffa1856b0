#include "runner/permission/review.hpp"

#include <optional>
#include <set>

#include "async/task_group.hpp"

namespace leadsman::runner {

namespace {

constexpr size_t k_reviews_at_once = 6;

struct review {
  std::vector<permission> questions;
  std::vector<bool> denied{};
  size_t next = 0;
  std::optional<error> failed{};
};

task<void> review_on(kube::client& api, review& all) {
  while (all.next < all.questions.size() && !all.failed) {
    const size_t mine = all.next++;
    const auto answer = co_await api.can_i(all.questions[mine].what);
    if (!answer) all.failed = answer.error();
    else all.denied[mine] = !answer->allowed;
  }
}

task<result<std::vector<permission>>> ask_one_by_one(kube::client& api, std::vector<permission> questions) {
  review all{std::move(questions)};
  all.denied.resize(all.questions.size());
  task_group reviewers(co_await asio::this_coro::executor);
  for (size_t i = 0; i < std::min(k_reviews_at_once, all.questions.size()); ++i) {
    reviewers.spawn("access review", [&api, &all] { return review_on(api, all); });
  }
  co_await reviewers.join();
  if (all.failed) co_return fail(*all.failed);
  std::vector<permission> denied;
  for (size_t i = 0; i < all.questions.size(); ++i) {
    if (all.denied[i]) denied.push_back(std::move(all.questions[i]));
  }
  co_return denied;
}

}  // namespace

std::vector<permission> unsettled(const std::vector<permission>& wanted, const std::map<std::string, kube::access_rules>& rules) {
  std::vector<permission> open;
  std::set<kube::access_question> seen;
  for (const permission& each : wanted) {
    const auto known = rules.find(each.what.name_space);
    if (known != rules.end() && kube::grants(known->second, each.what)) continue;
    kube::access_question of_kind = each.what;
    of_kind.name.clear();
    if (seen.insert(std::move(of_kind)).second) open.push_back(each);
  }
  return open;
}

task<result<std::vector<permission>>> find_denied(kube::client& api, std::vector<permission> wanted) {
  std::map<std::string, kube::access_rules> rules;
  for (const permission& each : wanted) {
    const std::string& name_space = each.what.name_space;
    if (name_space.empty() || rules.contains(name_space)) continue;
    LEADSMAN_CO_TRY(rules[name_space], co_await api.rules_in(name_space));
  }
  auto asking = ask_one_by_one(api, unsettled(wanted, rules));
  co_return co_await std::move(asking);
}

}  // namespace leadsman::runner

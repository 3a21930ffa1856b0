#include "kube/client.hpp"

namespace leadsman::kube {

namespace {

json review_of(const char* group, const char* kind, json spec) {
  return {{"apiVersion", group}, {"kind", kind}, {"spec", std::move(spec)}};
}

// Reviews change nothing and may be sent twice.
net::request post_review(const char* target, const json& review) {
  return {"POST", target, {{"Content-Type", "application/json"}}, review.dump(), true};
}

net::request access_review(const access_question& question) {
  json wanted{{"verb", question.verb}, {"group", question.group}, {"resource", question.resource}};
  if (!question.subresource.empty()) wanted["subresource"] = question.subresource;
  if (!question.name_space.empty()) wanted["namespace"] = question.name_space;
  if (!question.name.empty()) wanted["name"] = question.name;
  const json spec{{"resourceAttributes", wanted}};
  return post_review("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review_of("authorization.k8s.io/v1", "SelfSubjectAccessReview", spec));
}

net::request rules_review(const std::string& name_space) {
  const json spec{{"namespace", name_space}};
  return post_review("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", review_of("authorization.k8s.io/v1", "SelfSubjectRulesReview", spec));
}

net::request subject_review() {
  const json review{{"apiVersion", "authentication.k8s.io/v1"}, {"kind", "SelfSubjectReview"}};
  return post_review("/apis/authentication.k8s.io/v1/selfsubjectreviews", review);
}

}  // namespace

task<result<access_answer>> client::can_i(access_question question) {
  net::request ask = access_review(question);
  auto asking = call_json(std::move(ask), "ask whether " + question.verb + " " + question.resource + " is allowed");
  LEADSMAN_CO_TRY(const json answer, co_await std::move(asking));
  co_return access_answer{flag_at(answer, "/status/allowed"), text_at(answer, "/status/reason")};
}

task<result<access_rules>> client::rules_in(std::string name_space) {
  net::request ask = rules_review(name_space);
  auto asking = call_json(std::move(ask), "ask what is allowed in " + name_space);
  LEADSMAN_CO_TRY(const json answer, co_await std::move(asking));
  co_return parse_access_rules(answer);
}

task<result<std::string>> client::who_am_i() {
  net::request ask = subject_review();
  auto asking = call_json(std::move(ask), "ask the cluster who we are");
  LEADSMAN_CO_TRY(const json answer, co_await std::move(asking));
  co_return text_at(answer, "/status/userInfo/username");
}

task<result<server_sight>> client::look_at_server() {
  net::request ask{"GET", "/version"};
  auto asking = call(std::move(ask), "read the cluster's version");
  LEADSMAN_CO_TRY(const net::response answer, co_await std::move(asking));
  const json about = json::parse(answer.body, nullptr, false);
  if (about.is_discarded()) co_return fail(errc::unavailable, "read the cluster's version: the cluster's answer is not JSON");
  co_return server_sight{text_at(about, "/gitVersion"), net::date_of(answer.headers)};
}

task<result<std::string>> client::server_version() {
  LEADSMAN_CO_TRY(const server_sight seen, co_await look_at_server());
  co_return seen.version;
}

}  // namespace leadsman::kube

#include "wire/doctor.hpp"

#include "base/text.hpp"
#include "document/reader.hpp"
#include "wire/request.hpp"

namespace leadsman::wire {

using nlohmann::json;

namespace {

result<doctor_question> about_deployment(const json& body) {
  auto wanted = parse_request(body);
  if (!wanted) return fail(wanted.error().code, wanted.error().message, "deployment." + wanted.error().field);
  doctor_question out;
  out.where = wanted->release;
  out.environment = wanted->environment;
  out.deployment = std::move(*wanted);
  return out;
}

}  // namespace

result<doctor_question> parse_doctor_question(const json& body) {
  document::object_reader in(body, "");
  const json& deployment = in.child("deployment");
  doctor_question out;
  out.where.cluster = in.string("cluster", "default");
  out.where.name_space = in.string("namespace", "");
  out.environment = in.string("environment", "");
  for (const char* key : {"cluster", "namespace", "environment"}) {
    if (!deployment.is_null() && in.has(key)) in.reject(key, "is said by the deployment; give one of the two");
  }
  LEADSMAN_CHECK(in.finish());
  if (!deployment.is_null()) return about_deployment(deployment);
  // Any name will do where none is given: it is the form of the others that counts.
  LEADSMAN_CHECK(model::check_release_id({out.where.cluster, first_of(out.where.name_space, "any"), "any"}));
  return out;
}

json question_json(const doctor_question& question) {
  if (question.deployment) return {{"deployment", request_json(*question.deployment)}};
  return {{"cluster", question.where.cluster}, {"namespace", question.where.name_space}, {"environment", question.environment}};
}

}  // namespace leadsman::wire

#include "unit/store/contract.hpp"

#include <cstdlib>

namespace leadsman::store {

temporary_folder::temporary_folder() {
  std::string name = (fs::temp_directory_path() / "leadsman-store-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string id_of(int number) { return fmt::format("01940000-0000-7000-8000-{:012}", number); }

std::string digest_of(int number) { return fmt::format("{:064x}", number); }

model::event event_of(std::string message, model::event_kind kind) {
  return {.at = k_noon, .kind = kind, .message = std::move(message), .data = R"({"a":1})"};
}

change events_of(std::vector<std::string> messages) {
  change what;
  for (std::string& message : messages) what.events.push_back(event_of(std::move(message)));
  return what;
}

change ending(model::phase phase, wall_time at) {
  change what;
  what.state = model::state{.phase = phase};
  what.finished_at = at;
  return what;
}

new_deployment request_of(int number) {
  new_deployment request;
  request.deployment.id = id_of(number);
  request.deployment.release = {"dev", "shop", "web"};
  request.deployment.environment = "staging";
  request.deployment.idempotency_key = fmt::format("key-{}", number);
  request.deployment.created_at = k_noon + number * 1min;
  request.sealed_request = "sealed";
  request.first_event = [](const model::deployment& d) { return event_of(d.attempt > 1 ? fmt::format("created, attempt {}", d.attempt) : "created", model::event_kind::created); };
  return request;
}

admission always_create(const std::optional<model::deployment>&) { return admission::create; }

std::vector<std::string> StoreContract::messages(int number, uint64_t after, int limit) {
  std::vector<std::string> found;
  const auto events = await(store_->events(id_of(number), after, limit)).value();
  for (const model::event& event : events) {
    found.push_back(fmt::format("{} {}", event.seq, event.message));
  }
  return found;
}

std::vector<std::string> StoreContract::listed(list_filter filter) {
  std::vector<std::string> ids;
  const auto deployments = await(store_->list(std::move(filter))).value();
  for (const model::deployment& d : deployments) ids.push_back(d.id);
  return ids;
}

}  // namespace leadsman::store

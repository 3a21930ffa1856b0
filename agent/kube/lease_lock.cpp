#include "kube/lease_lock.hpp"

namespace leadsman::kube {

namespace {

constexpr int k_attempts = 4;  // others may write annotations at the same moment; one of us wins each time

}  // namespace

lease_lock::lease_lock(client& cluster, std::string name_space, std::string name, lease_claim claim)
    : cluster_(cluster), name_space_(std::move(name_space)), name_(std::move(name)), claim_(std::move(claim)) {}

object_ref lease_lock::ref() const { return {"coordination.k8s.io/v1", "Lease", name_space_, name_}; }

task<result<void>> lease_lock::read() {
  LEADSMAN_CO_TRY(const std::optional<json> object, co_await cluster_.get(ref()));
  current_.reset();
  if (object) { LEADSMAN_CO_TRY(current_, parse_lease(*object)); }
  observer_.observe(current_, seen_time::clock::now());
  if (!current_ || current_->holder != claim_.identity) valid_until_.reset();
  co_return result<void>{};
}

task<result<lease_verdict>> lease_lock::look() {
  LEADSMAN_CO_CHECK(co_await read());
  co_return observer_.assess(claim_.identity, seen_time::clock::now());
}

// Creates the lease, or changes the one that was read last.
task<result<lease>> lease_lock::write(lease next) {
  const seen_time sent_at = seen_time::clock::now();
  result<json> written = fail(errc::internal, "nothing was written");
  if (current_) {
    auto patching = cluster_.merge_patch(ref(), lease_patch(*current_, next));
    written = co_await std::move(patching);
  } else {
    auto creating = cluster_.create(to_json(next));
    written = co_await std::move(creating);
  }
  if (!written) co_return fail(written.error());
  LEADSMAN_CO_TRY(current_, parse_lease(*written));
  observer_.observe(current_, seen_time::clock::now());
  if (current_->holder == claim_.identity) valid_until_ = sent_at + claim_.duration;
  else valid_until_.reset();
  co_return *current_;
}

error lease_lock::describe_holder() const {
  const lease_verdict verdict = observer_.assess(claim_.identity, seen_time::clock::now());
  if (verdict.holder.empty()) return {errc::conflict, "the lease " + name_space_ + "/" + name_ + " is not ours"};
  return {errc::conflict, "the lease " + name_space_ + "/" + name_ + " is held by " + verdict.holder +
                              (verdict.since ? " since " + format_rfc3339(*verdict.since) : "")};
}

task<result<lease>> lease_lock::acquire() {
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    LEADSMAN_CO_TRY(const lease_verdict verdict, co_await look());
    if (verdict.standing == lease_standing::held) break;
    auto taking = write(claimed(current_, name_space_, name_, claim_, now()));
    const result<lease> taken = co_await std::move(taking);
    if (taken || taken.error().code != errc::conflict) co_return taken;
  }
  co_return fail(describe_holder());
}

task<result<lease>> lease_lock::renew() {
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    if (!current_ || attempt > 0) LEADSMAN_CO_CHECK(co_await read());
    if (!current_ || current_->holder != claim_.identity) break;
    auto keeping = write(renewed(*current_, claim_, now()));
    const result<lease> kept = co_await std::move(keeping);
    if (kept || (kept.error().code != errc::conflict && kept.error().code != errc::not_found)) co_return kept;
  }
  valid_until_.reset();
  co_return fail(describe_holder());
}

task<result<void>> lease_lock::release() {
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    LEADSMAN_CO_CHECK(co_await read());
    if (!current_ || current_->holder != claim_.identity) co_return result<void>{};
    auto giving = write(released(*current_, claim_, now()));
    const result<lease> given = co_await std::move(giving);
    if (given) co_return result<void>{};
    if (given.error().code != errc::conflict) co_return fail(given.error());
  }
  co_return fail(errc::conflict, "the lease " + name_space_ + "/" + name_ + " could not be released: others kept writing to it");
}

task<result<void>> lease_lock::annotate(std::string key, std::string value) {
  json patch = json::object();
  patch["metadata"]["annotations"][key] = value.empty() ? json(nullptr) : json(value);
  auto patching = cluster_.merge_patch(ref(), patch);
  const result<json> written = co_await std::move(patching);
  if (!written) co_return fail(written.error());
  co_return result<void>{};
}

}  // namespace leadsman::kube

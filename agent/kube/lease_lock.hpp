#pragma once

#include <optional>
#include <string>
#include <utility>

#include "async/task.hpp"
#include "kube/client.hpp"
#include "kube/lease.hpp"

namespace leadsman::kube {

// Reads and writes one Lease. Every write carries the resourceVersion that was read, so that of two who try one gets
// conflict. Keeps no timer: whoever owns it calls renew() every third of the duration, and stops working when
// `valid_until` has passed.
class lease_lock {
 public:
  lease_lock(client& cluster, std::string name_space, std::string name, lease_claim claim);

  // Reads the lease and says how it stands for us. Errors: of client.
  task<result<lease_verdict>> look();

  // Looks, and takes it when it is free, expired or ours already. Errors: conflict when it is held (the message names
  // the holder) or somebody was faster; otherwise of client.
  task<result<lease>> acquire();

  // Errors: conflict when it is not ours any more; otherwise of client (then try again: it is ours until `valid_until`).
  task<result<lease>> renew();

  // Gives it up if it is still ours; a lease that somebody else has is left alone.
  task<result<void>> release();

  // Sets or (empty value) removes an annotation, whoever holds the lease: "leadsman/superseded-by". Errors: not_found
  // when there is no such lease; otherwise of client.
  task<result<void>> annotate(std::string key, std::string value);

  const std::optional<lease>& current() const { return current_; }  // as last read or written
  int64_t fencing_token() const { return current_ ? current_->transitions : 0; }

  // Until when the lease we hold is ours whatever happens: counted from before the last successful write was sent.
  // Absent when we do not hold it.
  std::optional<seen_time> valid_until() const { return valid_until_; }

 private:
  object_ref ref() const;
  task<result<void>> read();
  task<result<lease>> write(lease next);
  error describe_holder() const;

  client& cluster_;
  std::string name_space_, name_;
  lease_claim claim_;
  std::optional<lease> current_;
  std::optional<seen_time> valid_until_;
  lease_observer observer_;
};

}  // namespace leadsman::kube

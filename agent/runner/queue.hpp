#pragma once

#include <map>
#include <optional>
#include <string>

#include "async/notifier.hpp"
#include "model/release_id.hpp"

namespace leadsman::runner {

// Who of this agent waits for which release, and who came first. Between agents there is only the release's lease, and
// whoever asks first when it is free.
class queue {
 public:
  // One that waits, from when it is made to when it is gone. Ids ascend in the order in which deployments came.
  class place {
   public:
    place(queue& in, const model::release_id& release, std::string id, notifier& changed);
    ~place();
    place(const place&) = delete;
    place& operator=(const place&) = delete;

    // The deployment whose turn it is; absent when it is ours.
    std::optional<std::string> first() const;
    // Has all who came earlier give up.
    void supersede_earlier();
    // Who had us give up; empty: nobody.
    const std::string& superseded_by() const { return superseded_by_; }

   private:
    std::map<std::string, place*>& line() const { return queue_.lines_[release_]; }

    queue& queue_;
    std::string release_;
    std::string id_;
    notifier& changed_;
    std::string superseded_by_;
  };

 private:
  std::map<std::string, std::map<std::string, place*>> lines_;  // release → who waits, by id
};

}  // namespace leadsman::runner

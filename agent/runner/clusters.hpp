#pragma once

#include <map>
#include <memory>
#include <string>

#include "kube/client.hpp"

namespace leadsman::runner {

// One cluster that this agent may change.
struct cluster {
  std::string name;
  std::string kubeconfig;  // the file that helm is given; empty: in-cluster
  std::string context;     // of that file; empty: its current one
  std::unique_ptr<kube::client> api;
};

class clusters {
 public:
  void add(cluster c) {
    const std::string name = c.name;
    by_name_[name] = std::make_unique<cluster>(std::move(c));
  }

  // Errors: not_found, naming the clusters that are known.
  result<cluster*> find(const std::string& name) const;

 private:
  std::map<std::string, std::unique_ptr<cluster>> by_name_;
};

}  // namespace leadsman::runner

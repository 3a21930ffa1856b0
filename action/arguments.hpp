#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "action/output/view.hpp"
#include "spec/spec.hpp"

namespace leadsman::action {

enum class verb { deploy, plan, follow, status, history, health, metrics, rollback, cancel, settle, retry, promote, pause, resume, abort, doctor, generate_key, check_plugin, complete, action };

// What was asked for: by flags (input/command_line) or by the inputs of the action (input/action_inputs).
struct arguments {
  action::verb verb = verb::deploy;

  std::string key;           // a private key's text or file
  bool without_key = false;  // doctor: only what needs none
  std::string ca;            // PEM text or file
  std::string kubeconfig;    // a file, or its content, plain or base64
  std::string kube_context;
  std::string state;         // folder of an embedded agent; empty: thrown away
  std::string helm;          // for an embedded agent
  std::chrono::milliseconds patience = std::chrono::minutes(10);
  output_format output = output_format::text;

  std::string config;        // leadsman.yaml; empty: the one in the working directory, if there is one
  std::string release;
  std::string environment;
  std::string version;
  spec::overrides inputs;    // agent, chart, namespace, values, set, policy ...

  std::string id;            // of a deployment
  std::string mode;          // of cancel
  bool until_paused = false;  // deploy, retry: follow no longer than until it is paused
  std::optional<int> weight;  // promote: to which, in percent
  bool full = false;          // promote: past all weights
  std::string window;         // of health and metrics; empty: the usual one
  std::string counter;        // of health and metrics: app or envoy; empty: as its gates say
  std::string metric;         // of metrics: to compare before with after; empty: all of them so far
  std::string reason;
  std::optional<int> revision;
  std::string out_file;      // of key generate
  std::string folder;        // of plugin check
  std::vector<std::string> words;  // of complete: a command line as far as it is written, the last one begun
  std::string matrix;        // JSON text, part of the idempotency key
  std::string step;          // the workflow step's own name, likewise
  bool comment = false;      // plan, in a workflow: as a comment on the pull request, too
  std::string github_token;  // that writes it
};

}  // namespace leadsman::action

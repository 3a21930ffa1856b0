#include "action/input/manual.hpp"

#include <algorithm>
#include <stdexcept>

namespace leadsman::action {

namespace {

const usage::entry k_variables[]{
    {"LEADSMAN_AGENT", "the agent's address, as --agent; goes before leadsman.yaml"},
    {"LEADSMAN_KEY", "the private key itself or its file, as --key"},
    {"LEADSMAN_CA", "the certificate authority as PEM or its file, as --ca"},
    {"KUBE_CONFIG_B64", "the kubeconfig of an embedded agent as base64; goes before KUBECONFIG"},
    {"KUBECONFIG", "its file; one, not a list"},
    {"LEADSMAN_HELM", "helm of an embedded agent, as --helm"},
    {"LEADSMAN_AGENT_BINARY", "the leadsman-agent to start; else the one beside leadsman"},
    {"NO_COLOR, TERM", "no colors when NO_COLOR is set; plain lines when TERM is dumb"},
};

}  // namespace

std::span<const manual> manuals() {
  using enum exit_code;
  // Of a command that follows a deployment to its end.
  static const std::vector<exit_code> of_deployment{succeeded, rolled_back, invalid_input, not_rolled_back, refused, unreachable,
                                                    canceled, kept, rollback_failed, defect, interrupted};
  // Of a question.
  static const std::vector<exit_code> of_question{succeeded, invalid_input, refused, unreachable, defect, interrupted};
  static const manual k_manuals[]{
      {"",
       "delivers Helm releases and proves them",
       {"Upgrades a Helm release, watches its workloads until they are ready, runs its tests (helm test) with the logs live, and on "
        "failure says why, rolls back to the last revision that it has verified, and proves that the rollback worked.",
        "An agent does all of it: the one whose address is given, or one that is started for the length of the command. What is "
        "deployed where stands in leadsman.yaml, in options, or in both; options win."},
       {{"deploy a chart to a namespace, without an agent or leadsman.yaml", "leadsman deploy shop --chart charts/shop -n shop --set image.tag=v7"},
        {"deploy what leadsman.yaml says for production", "leadsman deploy shop -e production"},
        {"complete commands, options and names in this shell", "source <(leadsman completion bash)"}},
       {}},
      {"deploy",
       "deploy a release and follow it to its end",
       {"Packs the chart's folder, hands it to the agent with its values, and shows what happens. When the upgrade or its tests fail, "
        "the agent goes back to the last verified revision and proves that (--on-failure).",
        "The first Ctrl-C asks the agent to stop as --on-cancel says, the second one leaves. A deployment at a long-lived agent does "
        "not depend on this command: when it ends early, 'leadsman follow' shows the rest."},
       {{"what leadsman.yaml says for production, with another image", "leadsman deploy shop -e production --set image.tag=v7"},
        {"a chart without a leadsman.yaml", "leadsman deploy shop --chart charts/shop -n shop --values values.yaml"},
        {"leave a failed upgrade as it is, to look at it", "leadsman deploy shop -e staging --on-failure keep"}},
       of_deployment},
      {"plan",
       "say what deploy would do: changes, steps and their times, and what stands against it",
       {"Takes what 'leadsman deploy' takes and changes nothing. The changes of the manifest are shown as a diff, values of Secrets "
        "masked. How long a step takes is known from what is written and from earlier deployments of the release. Permissions, "
        "room for the pods, the route's owners and every metric query are looked at now. Exit code 4 means that deploy would be "
        "refused."},
       {{"what would change in production", "leadsman plan shop -e production --set image.tag=v7"},
        {"the same for a program", "leadsman plan shop -e production --output json"}},
       of_question},
      {"follow",
       "show a deployment from its first event to its end",
       {"Only looks: Ctrl-C leaves and cancels nothing. The exit code is the deployment's own, so that a script can wait for it."},
       {{"a deployment at the agent of production", "leadsman follow 01a1fe3c-d93a-7a26-bd9e-a86dd4a2d3c0 -e production"},
        {"its events, one JSON object a line", "leadsman follow 01a1fe3c-d93a-7a26-bd9e-a86dd4a2d3c0 --agent https://leadsman.example.com -o json"}},
       of_deployment},
      {"status",
       "show what is deployed and how its workloads are",
       {"The release's revision, its workloads one by one, the way back, and the deployment that works on it now, if there is one."},
       {{"a release of leadsman.yaml", "leadsman status shop -e production"}, {"any Helm release", "leadsman status shop -n shop"}},
       of_question},
      {"history",
       "list the revisions of a release, and which of them are verified",
       {"A verified revision is one whose tests have passed under Leadsman: one of those is what a rollback returns to."},
       {{"a release of leadsman.yaml", "leadsman history shop -e production"}, {"for a program", "leadsman history shop -n shop --output json"}},
       of_question},
      {"health",
       "look at the numbers of a release by the decision tree: errors, latency, infrastructure, response time, uptime",
       {"Each check with its value, its bound, how many samples it is about, and how it ended. The source of metrics, the Service and the "
        "bounds are those that the release was deployed with; without an agent's address, those of leadsman.yaml.",
        "Exit code 1 means that it is unhealthy, or that it is not known: somewhere there was no number to judge."},
       {{"a release of leadsman.yaml", "leadsman health shop -e production"},
        {"the last five minutes, as Envoy counts", "leadsman health shop -e production --window 5m --from envoy"}},
       {succeeded, rolled_back, invalid_input, refused, unreachable, defect, interrupted}},
      {"metrics",
       "show the metrics of a deployment: error rate, latency, throughput, and what its gates saw",
       {"Of canary and stable while there are both, else of the release; as they are now, or as they were when the deployment ended. With "
        "--compare: one metric in the window before the deployment and in the one after it, and the difference."},
       {{"so far", "leadsman metrics 01a1fe3c-d93a-7a26-bd9e-a86dd4a2d3c0 -e production"},
        {"whether it became slower", "leadsman metrics 01a1fe3c-d93a-7a26-bd9e-a86dd4a2d3c0 -e production --compare http-p99 --window 5m"}},
       of_question},
      {"rollback",
       "return to a revision, and prove it",
       {"Goes back to the last verified revision, or to the one that is named, and then proves it: images and replicas are as in that "
        "revision, endpoints are not empty, its tests pass. Exit code 0 means that all of this holds."},
       {{"to the last verified revision", "leadsman rollback -r shop -e production --reason \"prices are wrong\""},
        {"to revision 12", "leadsman rollback 12 -r shop -n shop --reason \"prices are wrong\""}},
       of_deployment},
      {"retry",
       "try a deployment that ended badly once more",
       {"Makes a new deployment of the same chart and the same values, which the agent has kept, and follows it like 'leadsman deploy'. "
        "What is under way or has succeeded is not tried again; a deployment that was tried again already is followed."},
       {{"after the cause was mended in the cluster", "leadsman retry 01a1fe3c-d93a-7a26-bd9e-a86dd4a2d3c0 -e production"}},
       of_deployment},
      {"promote",
       "let a canary go on: to its next weight, to a certain one, or all the way",
       {"Takes effect once the gates of the weight that the canary has have passed: a promotion skips pauses and weights, never gates. "
        "A pause that somebody asked for ends. A canary that a deployment has left at a weight becomes stable by a deployment of its own, which is followed."},
       {{"to the next weight", "leadsman promote 01a1fe3c-d93a-7a26-bd9e-a86dd4a2d3c0 -e production"},
        {"to half of the traffic", "leadsman promote 01a1fe3c-d93a-7a26-bd9e-a86dd4a2d3c0 -e production --weight 50"},
        {"all the way", "leadsman promote 01a1fe3c-d93a-7a26-bd9e-a86dd4a2d3c0 -e production --full"}},
       of_question},
      {"pause",
       "let a deployment stop at the next step and stay as it is",
       {"The same as 'leadsman cancel --mode pause'. 'leadsman resume' goes on from there."},
       {{"before the next step", "leadsman pause 01a1fe3c-d93a-7a26-bd9e-a86dd4a2d3c0 -e production"}},
       of_question},
      {"resume",
       "let a paused deployment go on",
       {"The same as 'leadsman cancel --mode continue'. The pause between two weights of a canary is ended by 'leadsman promote'."},
       {{"from where it was paused", "leadsman resume 01a1fe3c-d93a-7a26-bd9e-a86dd4a2d3c0 -e production"}},
       of_question},
      {"abort",
       "send a deployment back to what was deployed before",
       {"The same as 'leadsman cancel --mode rollback'. All traffic of a canary goes to stable first, then the canary is removed, and "
        "that stable serves is proved. A canary that a deployment has left is taken away in the same way, by a deployment of its own, which is followed."},
       {{"with a reason for those who ask later", "leadsman abort 01a1fe3c-d93a-7a26-bd9e-a86dd4a2d3c0 -e production --reason \"wrong price list\""}},
       of_question},
      {"cancel",
       "ask a deployment to stop",
       {"Says what the agent answers and does not wait. A paused deployment goes on with --mode continue; --mode leave ends it and leaves weights and releases as they are."},
       {{"stop, as the deployment's on-cancel says", "leadsman cancel 01a1fe3c-d93a-7a26-bd9e-a86dd4a2d3c0 -e production"},
        {"let a paused one go on", "leadsman cancel 01a1fe3c-d93a-7a26-bd9e-a86dd4a2d3c0 -e production --mode continue"}},
       of_question},
      {"settle",
       "ask a deployment to stop, and follow it to its end",
       {"For the step of a workflow that runs when its job was canceled (if: cancelled()): afterwards the release is at rest. One that "
        "has ended already is settled."},
       {{"go back, and wait for it", "leadsman settle 01a1fe3c-d93a-7a26-bd9e-a86dd4a2d3c0 -e production --mode rollback"}},
       of_deployment},
      {"doctor",
       "check everything from the address to the permissions, and say how to mend it",
       {"Looks at the address, the certificate, the clocks, the key, the agent, its folder and helm, the cluster, and what may be done in "
        "the namespace. With a release or a chart, the chart is rendered, and every permission is asked for that it, its hooks and tests "
        "and the way back need. Exit code 1 means that a check failed."},
       {{"the agent of production", "leadsman doctor -e production"},
        {"what the chart of a release needs", "leadsman doctor shop -e production"},
        {"whether an agent can be reached at all", "leadsman doctor --agent https://leadsman.example.com --without-key"},
        {"a cluster, without an agent", "leadsman doctor --kubeconfig ~/.kube/config -n shop"}},
       {succeeded, rolled_back, invalid_input, defect, interrupted}},
      {"key", "make keys that sign requests to an agent", {}, {}, {}},
      {"key generate",
       "make a key pair",
       {"Writes the private key to a file that only you can read (mode 0600) and never over one that is there, and shows the lines for "
        "the agent's configuration, with the public key."},
       {{"a key for a workflow", "leadsman key generate --out ci.key"}},
       {succeeded, invalid_input, defect}},
      {"plugin", "try plugins", {}, {}, {}},
      {"plugin check",
       "hold a plugin against the protocol, and show the digest to register it with",
       {"Starts it some times, in the clean environment that the agent gives it, asks it right and wrong things, and shows a list of "
        "what is good and what is not. No agent and no cluster are needed.",
        "docs/plugins.md is the protocol, and says what a file check.json in the folder lets it try."},
       {{"a plugin of your own", "leadsman plugin check /opt/leadsman/house-router"}},
       {succeeded, rolled_back, invalid_input, defect}},
      {"completion",
       "write a script that completes commands, options and names in a shell",
       {"It asks the leadsman on PATH each time, so it needs no renewal. Names of releases and environments come from the leadsman.yaml "
        "that --file names, or from the one in the working folder."},
       {{"bash, this shell; write the line into ~/.bashrc for all", "source <(leadsman completion bash)"},
        {"zsh, this shell; after compinit in ~/.zshrc for all", "source <(leadsman completion zsh)"},
        {"fish", "leadsman completion fish > ~/.config/fish/completions/leadsman.fish"}},
       {succeeded, invalid_input}},
      {"help",
       "explain leadsman or one of its commands",
       {},
       {{"what deploy takes", "leadsman help deploy"}, {"a man page", "leadsman help --man > leadsman.1"}},
       {succeeded, invalid_input}},
      {"action",
       "what action.yml runs: reads its inputs from the environment",
       {"The inputs of action.yml, as variables INPUT_NAME; output, annotations and the summary as GitHub wants them. Not for people."},
       {},
       of_deployment},
  };
  return k_manuals;
}

const manual& manual_of(std::string_view command) {
  const auto all = manuals();
  const auto at = std::ranges::find(all, command, &manual::command);
  if (at == all.end()) throw std::logic_error("no manual of the command " + std::string(command));
  return *at;
}

std::string_view introduction_of(std::string_view title) {
  if (title == k_connection) return "Which agent: --agent, else LEADSMAN_AGENT, else leadsman.yaml, else one is started for this command.";
  if (title == k_embedded) return "For the agent that is started then.";
  if (title == k_choices) return "What is not said here is as leadsman.yaml says, else the default. The keys there have the same names.";
  return "";
}

std::span<const usage::entry> environment_variables() { return k_variables; }

}  // namespace leadsman::action

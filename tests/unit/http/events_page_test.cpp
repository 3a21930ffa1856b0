#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "base/text.hpp"
#include "flow/outcome.hpp"
#include "runner/plan_json.hpp"
#include "wire/analysis.hpp"
#include "wire/events.hpp"
#include "wire/model.hpp"

// Holds docs/events.md against the code: the kinds, their fields, the words and the examples.
namespace leadsman::http {
namespace {

using nlohmann::json;
using ::testing::UnorderedElementsAreArray;

using typed_fields = std::map<std::string, std::string>;  // "pods[].name" → "text"

struct described_kind {
  typed_fields fields;
  std::string example;
};

std::string text_of(const char* name) {
  std::ifstream file(name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// "### `kind`", a table whose rows begin with "| `field` | type |", and one block of JSON.
std::map<std::string, described_kind> read_page() {
  std::map<std::string, described_kind> kinds;
  described_kind* at = nullptr;
  bool in_example = false;
  const std::string page = text_of("docs/events.md");
  for (const std::string_view each : split(page, '\n')) {
    const std::string line(each);
    std::smatch found;
    if (line.starts_with("## ")) at = nullptr;
    if (std::regex_match(line, found, std::regex("### `([a-z]+)`"))) at = &kinds[found[1]];
    if (!at) continue;
    if (std::regex_search(line, found, std::regex("^\\| `([^`]+)` \\| ([^|]+) \\|"))) at->fields[found[1]] = trim(found[2].str());
    if (line == "```") in_example = false;
    if (in_example) at->example += line + "\n";
    if (line == "```json") in_example = true;
  }
  return kinds;
}

std::string type_of(const json& value) {
  if (value.is_string()) return "text";
  if (value.is_boolean()) return "true or false";
  if (value.is_number()) return "number";
  if (value.is_array()) return "list";
  return "object";
}

// The fields of an object and of the objects in its lists; what is null has its type from the page.
void flatten(const json& value, const std::string& before, typed_fields& out) {
  for (const auto& item : value.items()) {
    const std::string name = before + item.key();
    out[name] = type_of(item.value());
    if (item.value().is_array() && !item.value().empty() && item.value()[0].is_object()) flatten(item.value()[0], name + "[].", out);
  }
}

wire::evidence full_evidence() {
  wire::evidence e;
  auto& workload = e.workloads.emplace_back();
  workload.events.emplace_back();
  auto& container = workload.pods.emplace_back().containers.emplace_back();
  container.exit_code = 1;
  return e;
}

wire::workload_progress full_workload() {
  wire::workload_progress w;
  w.pods.emplace_back();
  return w;
}

wire::proof full_proof() {
  wire::proof p;
  p.checks.emplace_back();
  return p;
}

wire::finished full_finished() {
  wire::finished f;
  f.revision = 2;
  f.previous_revision = 1;
  return f;
}

wire::step_change full_step() {
  wire::step_change s;
  s.weight = 5;
  return s;
}

wire::measurement full_measurement() {
  wire::measurement m;
  m.value = m.stable = m.before = m.limit = m.samples = 1.0;
  return m;
}

wire::analysis_verdict full_verdict() {
  wire::analysis_verdict v;
  v.gates.emplace_back();
  return v;
}

plan::rolling_plan full_plan() {
  plan::rolling_plan p;
  p.deployed_revision = 1;
  p.unlock = 2;
  p.way_back = model::ledger_entry{};
  p.adopt = model::ledger_entry{};
  p.steps.emplace_back().weight = 5;
  return p;
}

// Every kind's data with everything filled in; null: it has none.
json full_data(model::event_kind kind) {
  using model::event_kind;
  switch (kind) {
    case event_kind::created: return model::deployment{};
    case event_kind::attached:
    case event_kind::warning: return nullptr;
    case event_kind::waiting: return wire::holder{};
    case event_kind::planned: return runner::to_json(full_plan());
    case event_kind::phase: return wire::phase_change{};
    case event_kind::step: return full_step();
    case event_kind::weight: return wire::weight_change{};
    case event_kind::measurement: return full_measurement();
    case event_kind::verdict: return full_verdict();
    case event_kind::promote: return model::promotion{};
    case event_kind::workload: return full_workload();
    case event_kind::log: return wire::log_lines{};
    case event_kind::evidence: return full_evidence();
    case event_kind::proof: return full_proof();
    case event_kind::cancel: return model::cancel_request{};
    case event_kind::finished: return full_finished();
  }
  return nullptr;
}

TEST(EventsPage, DescribesEveryKindAndNoOther) {
  std::vector<std::string> described, known;
  for (const auto& [kind, page] : read_page()) described.push_back(kind);
  for (const auto& [word, kind] : model::k_event_kind) known.emplace_back(word);
  EXPECT_THAT(described, UnorderedElementsAreArray(known));
}

TEST(EventsPage, NamesEveryFieldWithItsType) {
  const auto page = read_page();
  for (const auto& [word, kind] : model::k_event_kind) {
    typed_fields real;
    flatten(full_data(kind), "", real);
    typed_fields described = page.at(std::string(word)).fields;
    // A field of an object that may be absent has no type of its own in an empty struct.
    for (auto& [name, type] : real) {
      if (type == "object" && described.contains(name)) type = described.at(name);
    }
    EXPECT_EQ(described, real) << word;
  }
}

TEST(EventsPage, ItsExamplesAreEvents) {
  for (const auto& [word, described] : read_page()) {
    const json example = json::parse(described.example, nullptr, false);
    ASSERT_FALSE(example.is_discarded()) << word;
    const auto event = example.get<model::event>();
    EXPECT_EQ(model::word_of(model::k_event_kind, event.kind), word);
    EXPECT_EQ(json(event), example) << word;
    typed_fields used;
    flatten(example.at("data"), "", used);
    for (const auto& [name, type] : used) EXPECT_TRUE(described.fields.contains(name)) << word << ": " << name;
  }
}

template <class Table>
void expect_words(const std::string& page, const Table& table) {
  for (const auto& [word, value] : table) EXPECT_NE(page.find("`" + std::string(word) + "`"), std::string::npos) << word;
}

TEST(EventsPage, KnowsEveryPhaseStepOutcomeAndReason) {
  const std::string page = text_of("docs/events.md");
  expect_words(page, model::k_phase);
  expect_words(page, model::k_step_kind);
  expect_words(page, model::k_step_status);
  expect_words(page, model::k_rollback_outcome);
  expect_words(page, flow::k_outcome);
  const std::string source = text_of("agent/model/phase.hpp");
  const std::regex reason("string_view k_[a-z_]+ = \"([A-Za-z]+)\"");
  size_t count = 0;
  for (std::sregex_iterator at(source.begin(), source.end(), reason), end; at != end; ++at, ++count) {
    EXPECT_NE(page.find("| `" + (*at)[1].str() + "` |"), std::string::npos) << (*at)[1];
  }
  EXPECT_GT(count, 15u);
}

}  // namespace
}  // namespace leadsman::http

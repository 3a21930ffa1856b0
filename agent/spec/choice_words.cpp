#include "model/policy.hpp"
#include "spec/spec.hpp"

namespace leadsman::spec {

namespace {

template <class Table>
std::vector<std::string> words_in(const Table& table) {
  std::vector<std::string> words;
  for (const auto& [text, value] : table) words.emplace_back(text);
  return words;
}

}  // namespace

std::map<std::string, std::vector<std::string>> choice_words() {
  using namespace model;
  return {
      {"on-failure", words_in(k_on_failure)},
      {"on-first-failure", words_in(k_on_first_failure)},
      {"without-way-back", words_in(k_without_way_back)},
      {"on-cancel", words_in(k_on_cancel)},
      {"when-busy", words_in(k_when_busy)},
      {"tests", words_in(k_tests)},
      {"stuck-release", words_in(k_stuck_release)},
      {"wait", words_in(k_wait_strategy)},
      {"server-side", words_in(k_server_side)},
  };
}

}  // namespace leadsman::spec

#include "helm/repository_index.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.hpp"

namespace leadsman::helm {

namespace {

constexpr size_t k_listed_versions = 5;

// entries: {name: [{version, digest, urls: [...]}]}; everything else goes by.
class index_events final : public YAML::EventHandler {
 public:
  index_events(std::string_view name, std::string_view version) : name_(name), version_(version) {}

  const std::optional<index_entry>& found() const { return found_; }
  const std::vector<std::string>& versions() const { return versions_; }
  bool has_entries() const { return has_entries_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override { take(""); }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override { take(""); }
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string& value) override { take(value); }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override { open(false); }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override { open(true); }
  void OnMapEnd() override {
    if (in_entry(4)) end_entry();
    close();
  }

 private:
  struct level {
    bool is_map = false;
    bool has_key = false;
    std::string key{};
  };

  void take(const std::string& value) {
    if (levels_.empty()) return;
    level& top = levels_.back();
    if (top.is_map && !top.has_key) {
      top.key = value;
      top.has_key = true;
      return;
    }
    if (in_entry(4) && top.key == "version") entry_version_ = value;
    if (in_entry(4) && top.key == "digest") entry_.sha256 = value;
    if (in_entry(5) && levels_[3].key == "urls" && entry_.url.empty()) entry_.url = value;
    top.has_key = false;
  }

  void open(bool is_map) {
    levels_.push_back({is_map});
    has_entries_ = has_entries_ || (is_map && levels_.size() == 2 && levels_[0].key == "entries");
    if (!in_entry(4)) return;
    entry_ = {};
    entry_version_.clear();
  }

  void close() {
    levels_.pop_back();
    if (!levels_.empty()) levels_.back().has_key = false;
  }

  bool in_entry(size_t depth) const {
    return levels_.size() == depth && levels_[0].is_map && levels_[0].key == "entries" && levels_[1].is_map &&
           levels_[1].key == name_ && !levels_[2].is_map && levels_[3].is_map;
  }

  void end_entry() {
    if (entry_version_ == version_ && !found_) found_ = entry_;
    if (versions_.size() < k_listed_versions) versions_.push_back(truncate(entry_version_, 40));
  }

  std::string name_, version_;
  std::vector<level> levels_;
  index_entry entry_;
  std::string entry_version_;
  std::optional<index_entry> found_;
  std::vector<std::string> versions_;
  bool has_entries_ = false;
};

bool read_events(std::istream& yaml, index_events& events) {
  try {
    YAML::Parser parser(yaml);
    return parser.HandleNextDocument(events);
  } catch (const YAML::Exception&) {
    return false;
  }
}

}  // namespace

result<index_entry> find_in_index(std::istream& yaml, std::string_view name, std::string_view version) {
  constexpr std::string_view k_algorithm = "sha256:";
  index_events events(name, version);
  if (!read_events(yaml, events) || !events.has_entries())
    return fail(errc::invalid_input, "what the repository gives as its index.yaml is none");
  if (events.versions().empty()) return fail(errc::not_found, "the repository has no chart '" + std::string(name) + "'");
  if (!events.found()) {
    return fail(errc::not_found, "the repository has no version " + std::string(version) + " of '" + std::string(name) +
                                     "'; it has " + join(events.versions(), ", ") +
                                     (events.versions().size() == k_listed_versions ? ", …" : ""));
  }
  index_entry entry = *events.found();
  if (entry.sha256.starts_with(k_algorithm)) entry.sha256.erase(0, k_algorithm.size());
  return entry;
}

std::string resolve_index_url(std::string_view repository, std::string_view url) {
  if (url.find("://") != std::string_view::npos) return std::string(url);
  if (!url.starts_with('/')) return std::string(repository) + "/" + std::string(url);
  const size_t host = repository.find("://") + 3;
  return std::string(repository.substr(0, repository.find('/', host))) + std::string(url);
}

}  // namespace leadsman::helm

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "action/output/github/fault.hpp"
#include "action/output/github/files.hpp"
#include "action/output/github/github_view.hpp"
#include "action/output/github/markdown.hpp"
#include "action/output/github/summary.hpp"
#include "action/output/github/workflow_command.hpp"
#include "unit/action/story.hpp"

namespace leadsman::action::github {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(WorkflowCommand, EscapesAsTheRunnerUndoes) {
  EXPECT_EQ(escape_data("100%\r\nnext: a,b"), "100%25%0D%0Anext: a,b");
  EXPECT_EQ(escape_property("C:\\a,b%\n"), "C%3A\\a%2Cb%25%0A");
}

TEST(WorkflowCommand, AnnotatesWithFileAndLine) {
  EXPECT_EQ(annotate({level::error, "Leadsman: a,b", "bad\nworse", "charts/web/values.yaml", 7}),
            "::error file=charts/web/values.yaml,line=7,title=Leadsman%3A a%2Cb::bad%0Aworse\n");
  EXPECT_EQ(annotate({level::warning, "", "x", "", 7}), "::warning::x\n");
}

TEST(WorkflowCommand, AnAnnotationCannotBecomeTwoLines) {
  const std::string text = annotate({level::error, "t\n::error::x", "a\r\n::add-mask::b", "f\n::x::", 1});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(text.find('\r'), std::string::npos);
}

struct harmless_case {
  const char* name;
  const char* line;
  bool changed;
};

TEST(Harmless, LeavesNothingThatARunnerObeys) {
  const harmless_case cases[]{
      {"plain", "all is well", false},
      {"address in the middle", "http://[::1]:80", false},
      {"command", "::error::boo", true},
      {"command after spaces", "  ::set-output name=a::b", true},
      {"old form at the start", "##[error]boo", true},
      {"old form in the middle", "text ##[add-mask]boo", true},
  };
  for (const harmless_case& c : cases) {
    const std::string out = harmless(c.line);
    EXPECT_EQ(out != c.line, c.changed) << c.name;
    EXPECT_EQ(out.find("##["), std::string::npos) << c.name;
    EXPECT_FALSE(out.substr(std::min(out.find_first_not_of(' '), out.size())).starts_with("::") && c.changed &&
                 out.find("\u200B") == std::string::npos) << c.name;
  }
  EXPECT_EQ(harmless("::error::boo"), ":\u200B:error::boo");
}

TEST(OutputEntry, UsesTheDelimiter) { EXPECT_EQ(output_entry("phase", "a\nb", "ghadelimiter_1"), "phase<<ghadelimiter_1\na\nb\nghadelimiter_1\n"); }

TEST(Markdown, TextOfOthersStaysText) {
  EXPECT_EQ(escape_markdown("<img src=x> | `a` [b](c) @acme *x*"),
            "&lt;img src=x&gt; &#124; \\`a\\` \\[b\\]\\(c\\) @&#8203;acme \\*x\\*");
  EXPECT_EQ(code_span("a`b"), "``a`b``");
  EXPECT_EQ(code_span("`"), "`` ` ``");
  EXPECT_EQ(code_span("a|b"), "`a\\|b`");
}

TEST(Markdown, AFenceIsLongerThanAnyInside) {
  const std::vector<std::string> lines{"```", "````js", "# heading"};
  EXPECT_EQ(fenced(lines), "`````text\n```\n````js\n# heading\n`````\n");
}

TEST(Markdown, OnlyPlainHttpsBecomesALink) {
  EXPECT_EQ(link("run", "https://github.com/a/b"), "[run](https://github.com/a/b)");
  EXPECT_EQ(link("run", "javascript:alert(1)"), "run");
  EXPECT_EQ(link("run", "https://x/)[y](z"), "run");
}

TEST(Summary, TellsStepsReasonProofAndHowToFollow) {
  story s;
  s.known.shown.agent = "https://agent.example.com";
  s.rolled_back();
  const std::string text = write_summary(s.known, {"asked the agent to roll back"});
  EXPECT_THAT(text, HasSubstr("## ❌ web → production \\(namespace shop\\) was not deployed and is as before: NotReady"));
  EXPECT_THAT(text, HasSubstr("| helm upgrade --install | ❌ | 41s | NotReady: web did not become ready |"));
  EXPECT_THAT(text, HasSubstr("| helm rollback | ✅ | 9.0s |  |"));
  EXPECT_THAT(text, HasSubstr("### Why\n\nweb did not become ready within 5m\n\ncontainer app of web exits with code 1"));
  EXPECT_THAT(text, HasSubstr("### The way back to revision 4: proved"));
  EXPECT_THAT(text, HasSubstr("leadsman follow 0193-a --agent https://agent.example.com"));
  EXPECT_THAT(text, HasSubstr("> asked the agent to roll back"));
}

TEST(Summary, NobodyBreaksOutOfTheEvidence) {
  story s;
  wire::evidence why{"headline </details> | x", "```\n# owned\n```", {}};
  s.add(model::event_kind::evidence, why).end(model::phase::failed, "UpgradeFailed", model::rollback_outcome::none);
  const std::string text = write_summary(s.known, {});
  EXPECT_THAT(text, HasSubstr("````text\n"));
  EXPECT_THAT(text, HasSubstr("&lt;/details&gt; &#124; x"));
  EXPECT_THAT(text, Not(HasSubstr("\n# owned")));
}

TEST(Summary, ShortensLogsBeforeAnythingElse) {
  story s;
  wire::evidence why{"it crashed", "", {{"Deployment", "web", "NotReady", "", {{"web-1", "Running", {}, {{"app", "waiting", "CrashLoopBackOff", "", 3, 1,
                     std::vector<std::string>(5000, std::string(300, 'x'))}}}}, {}}}};
  s.add(model::event_kind::evidence, why);
  for (int i = 0; i < 30; ++i) s.log(std::vector<std::string>(50, std::string(200, 'y')));
  s.end(model::phase::rolled_back, "NotReady", model::rollback_outcome::succeeded);
  const std::string text = write_summary(s.known, {});
  EXPECT_LE(text.size(), k_summary_limit);
  EXPECT_THAT(text, HasSubstr("it crashed"));
  EXPECT_THAT(text, HasSubstr("CrashLoopBackOff"));
  EXPECT_LE(write_summary(s.known, {}, 3'000).size(), 3'000u);
}

TEST(Outputs, AreTheOnesThatActionYmlMaps) {
  story s;
  s.rolled_back();
  const auto outputs = outputs_of(s.known, "/tmp/s.md");
  const std::vector<std::pair<std::string, std::string>> expected{
      {"deployment-id", "0193-a"}, {"phase", "rolled_back"},   {"reason", "NotReady"},        {"revision", "5"},
      {"previous-revision", "4"},  {"rollback", "succeeded"}, {"summary-file", "/tmp/s.md"}};
  EXPECT_EQ(outputs, expected);
}

TEST(Outputs, AreEmptyWhenNothingWasHandedOver) {
  for (const auto& [name, value] : outputs_of(progress{}, "")) EXPECT_EQ(value, "") << name;
}

struct place_case {
  const char* name;
  const char* said;
  std::optional<place> at;
};

TEST(PlaceInChart, FindsTheFileThatHelmComplainsAbout) {
  const place_case cases[]{
      {"parse error", "parse error at (web/templates/web.yaml:7): unexpected", place{"charts/web/templates/web.yaml", 7}},
      {"execution", "template: web/templates/a.yaml:12:20: executing", place{"charts/web/templates/a.yaml", 12}},
      {"yaml", "YAML parse error on web/templates/a.yaml: error converting YAML to JSON: yaml: line 9: did not", place{"charts/web/templates/a.yaml", 9}},
      {"no line", "wrong kind in web/templates/a.yaml", place{"charts/web/templates/a.yaml", 0}},
      {"another chart", "parse error at (cobweb/templates/a.yaml:7)", std::nullopt},
      {"climbs out", "parse error at (web/templates/../../x.yaml:7)", std::nullopt},
      {"nothing", "timed out waiting for the condition", std::nullopt},
  };
  for (const place_case& c : cases) EXPECT_EQ(place_in_chart(c.said, "web", "charts/web"), c.at) << c.name;
  EXPECT_EQ(place_in_chart("parse error at (web/templates/x.yaml:7)", "web", "oci://h/web:1.2.3"), std::nullopt) << "in no file of the repository";
}

TEST(PlaceOfField, TakesFileAndLine) {
  EXPECT_EQ(place_of_field("leadsman.yaml:12"), (place{"leadsman.yaml", 12}));
  EXPECT_EQ(place_of_field("releases.shop.chart"), std::nullopt);
  EXPECT_EQ(place_of_field("a:b"), std::nullopt);
}

TEST(RelativeTo, GivesAPathInTheWorkspaceOrNone) {
  EXPECT_EQ(relative_to("/w/repo", "/w/repo/deploy", "values.yaml"), "deploy/values.yaml");
  EXPECT_EQ(relative_to("/w/repo", "/w/repo", "./leadsman.yaml"), "leadsman.yaml");
  EXPECT_EQ(relative_to("/w/repo", "/w/repo", "/etc/passwd"), "");
  EXPECT_EQ(relative_to("/w/repo", "/w/repo", "../x"), "");
}

// What a whole view writes, into files.
class written {
 public:
  written() {
    char name[] = "/tmp/leadsman-view-XXXXXX";
    folder_ = ::mkdtemp(name);
    out = std::fopen((folder_ + "/log").c_str(), "w");
    settings = {folder_, folder_, folder_ + "/output", folder_ + "/summary", folder_ + "/copy.md"};
  }
  ~written() {
    std::fclose(out);
    std::filesystem::remove_all(folder_);
  }
  std::string text(const char* file) const {
    std::fflush(out);
    std::ifstream in(folder_ + "/" + file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::FILE* out;
  github_settings settings;

 private:
  std::string folder_;
};

TEST(GithubView, GroupsStepsAnnotatesAndWritesTheFiles) {
  written w;
  github_view view(w.settings, w.out);
  story s;
  s.rolled_back();
  view.begin(s.known.shown);
  for (const model::event& event : s.events) view.show(event);
  view.end();
  const std::string log = w.text("log");
  EXPECT_THAT(log, HasSubstr("::group::helm upgrade --install\n"));
  EXPECT_THAT(log, HasSubstr("::endgroup::\n"));
  EXPECT_THAT(log, HasSubstr("::error title=Leadsman%3A NotReady::"));
  EXPECT_THAT(w.text("output"), HasSubstr("rolled_back\n"));
  EXPECT_THAT(w.text("summary"), HasSubstr("### Why"));
  EXPECT_EQ(w.text("summary"), w.text("copy.md"));
}

// The lines that a runner would obey: those outside of stop-commands.
std::vector<std::string> obeyed(const std::string& log) {
  std::vector<std::string> commands;
  std::string token;
  std::istringstream in(log);
  for (std::string line; std::getline(in, line);) {
    if (!token.empty()) {
      if (line == "::" + token + "::") token.clear();
      continue;
    }
    if (line.starts_with("::stop-commands::")) token = line.substr(17);
    else if (line.starts_with("::") || line.find("##[") != std::string::npos) commands.push_back(line);
  }
  EXPECT_EQ(token, "") << "commands stay stopped";
  return commands;
}

TEST(GithubView, NothingThatOthersWroteIsObeyed) {
  written w;
  github_view view(w.settings, w.out);
  story s;
  const std::string evil = "::set-env name=PATH::/evil\n##[add-mask]x\r::error::y";
  s.known.shown.release.name = "web";
  s.begin(model::step_kind::test).log({evil, "::add-mask::z", "::stop-commands::q"});
  s.add(model::event_kind::warning, nlohmann::json::object(), evil);
  s.add(model::event_kind::waiting, wire::holder{evil, evil, evil, evil, evil, evil, evil}, evil);
  s.fail(model::step_kind::test, 5, evil, evil);
  s.add(model::event_kind::evidence, wire::evidence{evil, evil, {{evil, evil, evil, evil, {}, {}}}});
  s.end(model::phase::failed, evil, model::rollback_outcome::none, evil);
  view.begin(s.known.shown);
  for (const model::event& event : s.events) view.show(event);
  view.notice(evil);
  view.end();
  for (const std::string& command : obeyed(w.text("log"))) {
    const bool ours = command.starts_with("::group::") || command.starts_with("::endgroup::") || command.starts_with("::error title=Leadsman%3A") ||
                      command.starts_with("::warning title=Leadsman::");
    EXPECT_TRUE(ours) << command;
  }
  EXPECT_THAT(w.text("output"), Not(HasSubstr("\n##[add-mask]")));
}

TEST(GithubView, MasksEachLineOfASecretBeforeAnythingElse) {
  written w;
  github_view view(w.settings, w.out);
  view.mask({"first line\nsecond line\n\nab"});
  EXPECT_EQ(w.text("log"), "::add-mask::first line\n::add-mask::second line\n");
}

TEST(GithubView, ARefusalNamesFileAndLine) {
  written w;
  github_view view(w.settings, w.out);
  view.problem({errc::invalid_input, "unknown key 'chrat'", "leadsman.yaml:3"});
  EXPECT_EQ(w.text("log"), "::error file=leadsman.yaml,line=3,title=Leadsman::unknown key 'chrat'\n");
  EXPECT_THAT(w.text("summary"), HasSubstr("Nothing was handed over"));
  EXPECT_THAT(w.text("output"), HasSubstr("deployment-id<<ghadelimiter_"));
}

TEST(GithubView, GivesAtMostTenAnnotationsOfALevel) {
  written w;
  github_view view(w.settings, w.out);
  story s;
  for (int i = 0; i < 30; ++i) view.show(s.make(model::event_kind::warning, nlohmann::json::object(), "w"));
  const std::string log = w.text("log");
  size_t count = 0;
  for (size_t at = log.find("::warning"); at != std::string::npos; at = log.find("::warning", at + 1)) ++count;
  EXPECT_EQ(count, 10u);
}

}  // namespace
}  // namespace leadsman::action::github

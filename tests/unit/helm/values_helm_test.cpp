// Our values against helm's own: `helm template -f … --set …` and `helm template` with the files that we make of them must
// render the same.
#include <gtest/gtest.h>

#include "helm/values.hpp"
#include "tests/unit/helm/real_helm.hpp"

namespace leadsman::helm {
namespace {

struct value_case {
  const char* name;
  std::vector<std::string> files{};
  std::vector<std::string> set{};
  std::vector<std::string> set_string{};
};

const std::vector<value_case>& cases() {
  static const std::vector<value_case> k_cases{
      {.name = "one file", .files = {"a: 1\nb: {c: two}\n"}},
      {.name = "a later file wins", .files = {"a: 1\nm: {u: 1, v: 1}\nl: [1, 2]\n", "m: {v: 2}\nl: [3]\n"}},
      {.name = "null in a later file", .files = {"a: {b: 1}\n", "a: null\n"}},
      {.name = "null takes a default of the chart away", .files = {"chart: {list: null}\n"}},
      {.name = "several documents in a file", .files = {"a: 1\nm: {u: 1}\n---\nb: 2\nm: {v: 2}\n"}},
      {.name = "anchors and merges", .files = {"base: &b {u: 1, v: 2}\nc: {<<: *b, v: 3}\nd: {v: 0, <<: *b}\n"}},
      {.name = "YAML 1.1 words", .files = {"a: yes\nb: on\nc: y\nd: n\ne: Off\nf: 'yes'\ng: TRUE\nh: tRue\n"}},
      {.name = "YAML 1.1 keys", .files = {"yes: 1\non: 2\n1: 3\n0x10: 4\n1.5: 5\n\"off\": 6\n"}},
      {.name = "integers in all bases", .files = {"a: 0o17\nb: 017\nc: 0x1F\nd: 0b11\ne: 08\nf: 1_000\ng: -017\nh: +5\ni: 00\n"}},
      {.name = "floating-point numbers", .files = {"a: 1e3\nb: 1.10\nc: .5\nd: 1.\ne: 1e400\nf: 1e-7\ng: 1_0.5\nh: ._1\n"}},
      {.name = "dates and times", .files = {"a: 2001-12-14\nb: 2001-12-14t21:59:43.10-05:00\nc: 12:30:45\nd: 1:30\n"}},
      {.name = "nulls", .files = {"a: ~\nb: null\nc:\nd: nUll\ne: ''\n"}},
      {.name = "large whole numbers", .files = {"a: 1234567\nb: 12345678901234567890\nc: 123456789012345678901234567890\n"}},
      {.name = "tags", .files = {"a: !!str 1\nb: !!float 3\nc: ! on\nd: !mine 7\ne: !!bool yes\n"}},
      {.name = "block text", .files = {"a: |\n  yes\nb: >-\n  12\n"}},
      {.name = "a duplicate key", .files = {"a: 1\na: 2\n"}},
      {.name = "JSON", .files = {"{\"a\": [1, 2.50, \"x\"], \"b\": {\"c\": null}}"}},
      {.name = "set over a file", .files = {"a: 1\nm: {u: 1, v: 1}\n"}, .set = {"a=2,m.v=3"}},
      {.name = "set types", .set = {"a=1,b=true,c=FALSE,d=1.5,e=007,f=0,g=-5,h=null,i=yes,j=1_000,k=+3"}},
      {.name = "set empty", .set = {"a=,b=1"}},
      {.name = "set ends with a comma", .set = {"a=1,"}},
      {.name = "set a list", .set = {"a={1,x,true,null,}"}},
      {.name = "set an empty list", .set = {"a={}"}},
      {.name = "set with escapes", .set = {"a\\.b=1\\,2,c=\\{1\\},d=x\\\\y"}},
      {.name = "set with equals signs and spaces", .set = {"a=b=c,d= e f ,g h=1"}},
      {.name = "set an index of nothing", .set = {"a[0]=1,a[2]=3"}},
      {.name = "set an index of a file's list", .files = {"list: [{name: A, value: 1}, {name: B, value: 2}]\n"}, .set = {"list[1].value=9"}},
      {.name = "set an index of a nested list in a file", .files = {"m: {l: [[1, 2], [3]], other: 1}\n"}, .set = {"m.l[0][1]=9,m.l[1][2]=8"}},
      {.name = "set an index beyond a file's list", .files = {"list: [1]\n"}, .set = {"list[3].k=1"}},
      {.name = "set an index keeps odd scalars of the list", .files = {"list: [yes, 1e3, 2001-01-01, 0x10, '1', ~]\n"}, .set = {"list[6]=end"}},
      {.name = "set a map over a list element", .set = {"a[0]=1,a[0].b=2"}},
      {.name = "set replaces a map", .files = {"a: {b: 1, c: 2}\n"}, .set = {"a=5"}},
      {.name = "set replaces a list by a list", .files = {"a: [1, 2, 3]\n"}, .set = {"a={9}"}},
      {.name = "set null in a map of the file", .files = {"a: {b: 1, c: 2}\n"}, .set = {"a.b=null"}},
      {.name = "set null on a default of the chart", .set = {"chart.keep=null"}},
      {.name = "set an index of the chart's list, which helm does not see", .set = {"chart.list[0].name=Z"}},
      {.name = "set into the chart's map", .set = {"chart.more.deep=1"}},
      {.name = "set twice, the later wins", .set = {"a.b=1", "a.b=2,a.c=3"}},
      {.name = "set-string types nothing", .set_string = {"a=1,b=true,c=null,d={1,2},e=1234567890"}},
      {.name = "set-string after set", .set = {"a=1,b=2"}, .set_string = {"a=3"}},
      {.name = "set-string into a list that set made", .set = {"a[0].b=1"}, .set_string = {"a[0].c=2"}},
      {.name = "beyond ASCII", .files = {"ä: ö\n"}, .set = {"ü.ß=€"}},
      {.name = "4096 bytes in one line without its end", .files = {"{\"a\":\"" + std::string(4088, 'x') + "\"}"}},
  };
  return k_cases;
}

class ValuesAgainstHelm : public testing::Test {
 protected:
  void SetUp() override {
    helm_ = from_environment("LEADSMAN_TEST_HELM");
    if (helm_.empty()) GTEST_SKIP() << "LEADSMAN_TEST_HELM names no helm";
    chart_ = scratch_.chart("dump", "chart: {keep: 1, list: [{name: A}, {name: B}], more: {deep: 0}}\ntag: \"\"\n",
                            "kind: Dump\ntag: \"{{ .Values.tag }}\"\nvalues: {{ .Values | toJson }}\n");
  }

  std::string render(std::vector<std::string> words) {
    words.insert(words.begin(), {"template", "r", chart_});
    const program_result done = run_program(helm_, std::move(words), {{"HOME", scratch_.path("home")}});
    return done.code == 0 ? done.out : "failed: " + done.err;
  }

  std::string render_helms_way(const value_case& one) {
    std::vector<std::string> words;
    for (size_t i = 0; i < one.files.size(); ++i) {
      // helm drops this one: what it means is what it says with a newline.
      const std::string end = one.files[i].size() % 4096 == 0 ? "\n" : "";
      words.push_back("-f" + scratch_.write("theirs-" + std::to_string(i) + ".yaml", one.files[i] + end));
    }
    for (const std::string& set : one.set) words.push_back("--set=" + set);
    for (const std::string& set : one.set_string) words.push_back("--set-string=" + set);
    return render(std::move(words));
  }

  std::string render_our_way(const values_input& input) {
    const auto prepared = prepare_values(input);
    if (!prepared) return "refused: " + prepared.error().message;
    std::vector<std::string> words;
    for (size_t i = 0; i < prepared->files.size(); ++i) {
      words.push_back("-f" + scratch_.write("ours-" + std::to_string(i) + ".yaml", prepared->files[i].text));
    }
    // And once more from the merged values alone: they are what the digest is made of.
    const std::string rendered = render(std::move(words));
    EXPECT_EQ(render({"-f" + scratch_.write("effective.json", prepared->effective.dump() + "\n")}), rendered);
    return rendered;
  }

  scratch scratch_{"leadsman-values"};
  std::string helm_, chart_;
};

TEST_F(ValuesAgainstHelm, RenderTheSame) {
  for (const value_case& one : cases()) {
    SCOPED_TRACE(one.name);
    values_input input{.set = one.set, .set_string = one.set_string};
    for (const std::string& text : one.files) input.files.push_back({"v.yaml", text});
    const std::string theirs = render_helms_way(one);
    EXPECT_TRUE(theirs.starts_with("---")) << theirs;
    EXPECT_EQ(render_our_way(input), theirs);
  }
}

TEST_F(ValuesAgainstHelm, ALongNumberAsTagIsPrintedAsHelmPrintsIt) {
  const std::string theirs = render({"--set=tag=9876543210"});
  const std::string tag_line = "tag: \"9876543210\"";
  EXPECT_NE(theirs.find(tag_line), std::string::npos) << theirs;
  EXPECT_NE(render_our_way({.set = {"tag=9876543210"}}).find(tag_line), std::string::npos);
}

TEST_F(ValuesAgainstHelm, WhatHelmRefusesIsRefused) {
  for (const char* set : {"a", "a=1,b", "a=1,,b=2", "a..b=1", "a={1", "a[-1]=1", "a[x]=1", "a[99999]=1", "a=1,a.b=2", "a={x,{y}}", "a[0]x=1"}) {
    EXPECT_TRUE(render({std::string("--set=") + set}).starts_with("failed:")) << set;
    EXPECT_FALSE(prepare_values({.set = {set}})) << set;
  }
  for (const char* file : {"a: .inf\n", "a: [1\nb: 2\n", "[1]\n", "text\n", "<<: 1\n"}) {
    EXPECT_TRUE(render({"-f" + scratch_.write("bad.yaml", file)}).starts_with("failed:")) << file;
    EXPECT_FALSE(prepare_values({.files = {{"bad.yaml", file}}})) << file;
  }
}

}  // namespace
}  // namespace leadsman::helm

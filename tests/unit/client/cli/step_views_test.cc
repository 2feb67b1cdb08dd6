#include "client/cli/step_views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/json.h"
#include "client/cli/policy_views.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kNow = 1'751'371'380'000;
constexpr std::int64_t kDay = 86'400'000;

v1::Step StepAt(std::int64_t due_ms, const char* kind, const char* selector) {
  v1::Step step;
  step.set_domain("example.com");
  step.set_sender("default");
  step.set_algorithm(v1::ALGORITHM_RSA_SHA256);
  step.set_selector(selector);
  step.set_kind(kind);
  step.set_due_ms(due_ms);
  return step;
}

TEST(StepViews, WhatIsDueIsNowAndAnOperatorsStepIsMarked) {
  v1::Step step = StepAt(kNow - 5, "prove", "s2");
  step.set_what("asks every name server");
  step.set_waits_for("ns2 shows no record");
  EXPECT_THAT(ShowSteps({step}, kNow),
              HasSubstr("now   example.com  default  rsa-sha256  s2        asks every name server  "
                        "ns2 shows no record\n"));
  step.set_advice(true);
  EXPECT_THAT(ShowSteps({step}, kNow), HasSubstr("you: ns2 shows no record"));
  EXPECT_THAT(ShowSteps({StepAt(kNow + 3 * kDay, "retire", "s1")}, kNow), HasSubstr("(in 3 d)"));
}

TEST(StepViews, APreviewMarksWhatComesAndGoesByTime) {
  v1::PreviewPolicyResponse preview;
  *preview.add_before() = StepAt(kNow + 180 * kDay, "activate", "");
  *preview.add_before() = StepAt(kNow + 10 * kDay, "prove", "s2");
  *preview.add_after() = StepAt(kNow + 10 * kDay, "prove", "s2");
  *preview.add_after() = StepAt(kNow + 90 * kDay, "activate", "");
  const std::string text = ShowPreview(preview, kNow);
  const std::size_t kept = text.find("\n   ");
  const std::size_t added = text.find("\n+  ");
  const std::size_t gone = text.find("\n-  ");
  ASSERT_NE(kept, std::string::npos) << text;
  ASSERT_NE(added, std::string::npos) << text;
  ASSERT_NE(gone, std::string::npos) << text;
  EXPECT_LT(kept, added);
  EXPECT_LT(added, gone);
  EXPECT_THAT(text, Not(HasSubstr("Nothing")));
}

TEST(StepViews, APreviewWithoutDifferenceSaysSo) {
  v1::PreviewPolicyResponse preview;
  *preview.add_before() = StepAt(kNow + kDay, "prove", "s2");
  *preview.add_after() = StepAt(kNow + kDay, "prove", "s2");
  EXPECT_THAT(ShowPreview(preview, kNow), HasSubstr("Nothing that is due until then would change"));
  EXPECT_THAT(ShowPreview(preview, kNow), Not(HasSubstr("\n+")));
}

TEST(PolicyViews, ASettingShowsItsValueItsSourceAndItsRange) {
  v1::Policy policy;
  v1::PolicySetting* setting = policy.add_settings();
  setting->set_name("drain");
  setting->set_value("7d");
  setting->set_source("configuration");
  setting->set_what("how long a record stays");
  setting->set_range("a duration");
  policy.add_settings()->set_name("record_note");
  EXPECT_EQ(ShowPolicy(policy),
            "NAME         VALUE  FROM           WHAT\n"
            "drain        7d     configuration  how long a record stays (a duration)\n"
            "record_note  -                      ()\n");
  EXPECT_EQ(ToJson(policy).at("settings").at(0).at("source"), "configuration");
}

}  // namespace
}  // namespace dkimkeeper

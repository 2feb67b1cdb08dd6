#include "hsm/remote/module_limits.h"

#include <gtest/gtest.h>

#include <string>

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Deadline kNow{seconds(1000)};

wire::Call Sign() { return wire::SignCall{KeyId::Zero(), Sha256Digest({}), {}}; }

struct Row {
  std::string name;
  wire::Call call;
  milliseconds left;    // to the caller
  milliseconds worker;  // expected, from now
  milliseconds limit;   // likewise
};

TEST(ModuleLimits, SayWhoGivesUpWhen) {
  const Row rows[] = {
      {"sign, time enough", Sign(), seconds(15), milliseconds(1800), seconds(2)},
      {"sign, half of what is left", Sign(), seconds(3), milliseconds(1350), milliseconds(1500)},
      {"sign, in a hurry", Sign(), milliseconds(600), milliseconds(450), milliseconds(500)},
      {"sign, in a great hurry", Sign(), milliseconds(100), milliseconds(100), milliseconds(500)},
      {"note", wire::SignNoteCall{KeyId::Zero(), "", {}}, seconds(3), milliseconds(1350),
       milliseconds(1500)},
      {"find key", wire::FindKeyCall{KeyId::Zero()}, seconds(60), milliseconds(4500), seconds(5)},
      {"find all", wire::FindKeysCall{}, seconds(90), seconds(54), seconds(60)},
      {"destroy", wire::DestroyCall{KeyId::Zero()}, seconds(60), seconds(9), seconds(10)},
      {"destroy, in a hurry", wire::DestroyCall{KeyId::Zero()}, seconds(1), seconds(1),
       seconds(10)},
      {"health", wire::HealthCall{}, seconds(60), milliseconds(1800), seconds(2)},
      {"generate", wire::GenerateCall{KeySpec{.id = KeyId::Zero(), .label = ""}}, seconds(300),
       seconds(108), seconds(120)},
  };
  for (const Row& row : rows) {
    const CallTimes times = TimesFor(row.call, {}, kNow, kNow + row.left);
    EXPECT_EQ(times.worker - kNow, row.worker) << row.name;
    EXPECT_EQ(times.limit - kNow, row.limit) << row.name;
  }
}

TEST(ModuleLimits, TakeADeadlineThatNeverComes) {
  const CallTimes times = TimesFor(Sign(), {}, kNow, Deadline::max());
  EXPECT_EQ(times.limit - kNow, seconds(2));
}

}  // namespace
}  // namespace dkimkeeper

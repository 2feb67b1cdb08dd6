#include "client/cli/moment.h"

#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

constexpr std::int64_t kNow = 1'752'000'000'000;  // 2025-07-08T18:40:00Z

TEST(MomentTest, IsACalendarTimeOrHowLongAgo) {
  for (const auto& [text, expected] : {
           std::pair{"2025-07-08", "2025-07-08T00:00:00.000000Z"},
           std::pair{"2025-07-08T14:03", "2025-07-08T14:03:00.000000Z"},
           std::pair{"2025-07-08T14:03Z", "2025-07-08T14:03:00.000000Z"},
           std::pair{"2025-07-08 14:03:05", "2025-07-08T14:03:05.000000Z"},
           std::pair{"2025-07-08T14:03:05.12Z", "2025-07-08T14:03:05.120000Z"},
           std::pair{"2025-07-08T14:03:05.123456", "2025-07-08T14:03:05.123456Z"},
           std::pair{"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"},
           std::pair{"90s", "2025-07-08T18:38:30.000000Z"},
           std::pair{"2h", "2025-07-08T16:40:00.000000Z"},
           std::pair{"7d", "2025-07-01T18:40:00.000000Z"},
       }) {
    const auto moment = ParseMoment(text, kNow);
    ASSERT_THAT(moment, IsOk()) << text;
    EXPECT_EQ(MomentText(*moment), expected);
    EXPECT_EQ(ParseMoment(expected, kNow), moment);
  }
}

TEST(MomentTest, RefusesWhatIsNone) {
  for (const char* text :
       {"", "yesterday", "2025-07", "2025-7-8", "2025-02-30", "2025-07-08T", "2025-07-08T24:00",
        "2025-07-08T14", "2025-07-08T14:60", "2025-07-08T14:03:60", "2025-07-08T14:03:05.1234567",
        "2025-07-08x14:03", "2025-07-08T14:03+02:00", "2025-07-08Z", "-2h", "2w"}) {
    EXPECT_THAT(ParseMoment(text, kNow), IsRefused(reason::kBadOption)) << text;
  }
}

}  // namespace
}  // namespace dkimkeeper

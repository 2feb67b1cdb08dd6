#include "client/audit/record_filter.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

AuditRecord::Time At(int second) { return AuditRecord::Time(std::chrono::seconds(second)); }

AuditRecord Record() {
  return {.at = At(100),
          .identity = "dns:mx1.example",
          .act = "key.activate",
          .domain = "example.com",
          .result = "NO_GRANT"};
}

TEST(RecordFilterTest, MatchesWhatIsAskedFor) {
  struct Row {
    const char* name;
    RecordFilter filter;
    bool matches;
  };
  for (const Row& row : {
           Row{"nothing", {}, true},
           Row{"since", {.since = At(100)}, true},
           Row{"since later", {.since = At(101)}, false},
           Row{"until", {.until = At(101)}, true},
           Row{"until then", {.until = At(100)}, false},
           Row{"identity", {.identity = "dns:mx1.example"}, true},
           Row{"part of an identity", {.identity = "dns:mx1"}, false},
           Row{"domain", {.domain = "Example.COM"}, true},
           Row{"other domain", {.domain = "a.example.com"}, false},
           Row{"act", {.act = "key.activate"}, true},
           Row{"acts of a noun", {.act = "key"}, true},
           Row{"part of a noun", {.act = "ke"}, false},
           Row{"outcome", {.outcome = "NO_GRANT"}, true},
           Row{"refused", {.outcome = "refused"}, true},
           Row{"ok", {.outcome = "ok"}, false},
           Row{"one of two", {.identity = "dns:mx1.example", .act = "sign"}, false},
       }) {
    EXPECT_EQ(row.filter.Matches(Record()), row.matches) << row.name;
  }
}

}  // namespace
}  // namespace dkimkeeper

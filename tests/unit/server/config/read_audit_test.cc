// [audit].
#include <gmock/gmock.h>

#include <string>

#include "server/config/parse.h"

namespace dkimkeeper {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::string_view kRest = R"(
[server]
listen = []
[[socket]]
path = "/o"
identity = "unix:o"
[store]
path = "/s"
[access]
administrators = []
[[token]]
name = "main"
module = "/m.so"
label = "keeper"
pin_file = "/pin"
)";

AuditConfig Parsed(const std::string& lines) {
  auto parsed = ParseConfig("[audit]\n" + lines + std::string(kRest), "c");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? parsed->config.audit : AuditConfig();
}

std::string Problems(const std::string& lines) {
  const auto parsed = ParseConfig("[audit]\n" + lines + std::string(kRest), "c");
  return parsed ? "no problem" : parsed.error().message;
}

TEST(ReadAuditTest, SignaturesGoOnWhereNothingIsSaid) {
  const AuditConfig audit = Parsed("directory = \"/a\"");
  EXPECT_EQ(audit.directory, "/a");
  EXPECT_EQ(audit.origin, "");
  EXPECT_EQ(audit.token, "");
  EXPECT_EQ(audit.signatures, AuditedSignatures::kBuffered);
  EXPECT_EQ(audit.when_unwritable, WhenUnwritable::kSpool);
  EXPECT_EQ(audit.forward, AuditForward::kNone);
}

TEST(ReadAuditTest, TakesEveryKey) {
  const AuditConfig audit = Parsed(R"(directory = "/a"
origin = "keeper1/log"
token = "main"
signatures = "durable"
buffer = "5ms"
when_unwritable = "stop"
spool = 7
segment_size = 2
retention = "2h"
checkpoint_interval = "1s"
forward = "syslog")");
  EXPECT_EQ(audit.origin, "keeper1/log");
  EXPECT_EQ(audit.token, "main");
  EXPECT_EQ(audit.signatures, AuditedSignatures::kDurable);
  EXPECT_EQ(audit.buffer, std::chrono::milliseconds(5));
  EXPECT_EQ(audit.when_unwritable, WhenUnwritable::kStop);
  EXPECT_EQ(audit.spool, 7U);
  EXPECT_EQ(audit.segment_size, 2U);
  EXPECT_EQ(audit.retention, std::chrono::hours(2));
  EXPECT_EQ(audit.checkpoint_interval, std::chrono::seconds(1));
  EXPECT_EQ(audit.forward, AuditForward::kSyslog);
}

TEST(ReadAuditTest, TheFileOfBeforeIsRefusedWithWhatToWrite) {
  EXPECT_EQ(Problems("path = \"/var/log/a\""),
            "c:2: audit.path: named the text file of before; write directory = "
            "\"/var/lib/dkimkeeper/audit\", and keep the old file as it is");
}

TEST(ReadAuditTest, RefusesWhatItCannotDo) {
  EXPECT_THAT(Problems(R"(directory = "/a"
token = "other"
signatures = "fast"
when_unwritable = ""
origin = "a b")"),
              AllOf(HasSubstr("audit.token: names no token; write the name of a [[token]]"),
                    HasSubstr("audit.signatures: is \"fast\"; write \"buffered\" or \"durable\""),
                    HasSubstr("audit.when_unwritable: is empty"),
                    HasSubstr("audit.origin: is no name of a log")));
}

}  // namespace
}  // namespace dkimkeeper

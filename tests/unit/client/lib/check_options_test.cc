#include "client/lib/check_options.h"

#include <gtest/gtest.h>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

ClientOptions Good() {
  ClientOptions options;
  options.servers = {"keeper.example.com:8460"};
  options.ca_file = "ca.pem";
  options.cert_file = "cert.pem";
  options.key_file = "key.pem";
  return options;
}

struct Case {
  std::string name;
  ClientOptions options;
  bool good;
};

ClientOptions WithServer(const std::string& server) {
  ClientOptions options = Good();
  options.servers.push_back(server);
  return options;
}

ClientOptions WithNote(const std::string& note) {
  ClientOptions options = Good();
  options.note = note;
  return options;
}

ClientOptions SocketOnly() {
  ClientOptions options;
  options.servers = {"unix:/run/dkimkeeper/sign.sock"};
  return options;
}

ClientOptions Without(std::string ClientOptions::* file) {
  ClientOptions options = Good();
  (options.*file).clear();
  return options;
}

ClientOptions WithDeadline(std::chrono::milliseconds deadline) {
  ClientOptions options = Good();
  options.deadline = deadline;
  return options;
}

class CheckOptionsTest : public testing::TestWithParam<Case> {};

TEST_P(CheckOptionsTest, IsAcceptedOrRefused) {
  const Outcome checked = CheckOptions(GetParam().options);
  EXPECT_EQ(checked.has_value(), GetParam().good);
  if (checked) return;
  EXPECT_EQ(checked.error().code, Code::kInvalidArgument);
  EXPECT_EQ(checked.error().reason, reason::kBadOption);
  EXPECT_FALSE(checked.error().message.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Options, CheckOptionsTest,
    testing::Values(Case{"good", Good(), true}, Case{"noServer", ClientOptions{}, false},
                    Case{"socketNeedsNoFiles", SocketOnly(), true},
                    Case{"noCa", Without(&ClientOptions::ca_file), false},
                    Case{"noCertificate", Without(&ClientOptions::cert_file), false},
                    Case{"noKey", Without(&ClientOptions::key_file), false},
                    Case{"ipv4", WithServer("192.0.2.1:1"), true},
                    Case{"ipv6", WithServer("[2001:db8::1]:65535"), true},
                    Case{"ipv6WithoutBrackets", WithServer("2001:db8::1:443"), false},
                    Case{"noPort", WithServer("keeper.example.com"), false},
                    Case{"emptyPort", WithServer("keeper.example.com:"), false},
                    Case{"portZero", WithServer("keeper.example.com:0"), false},
                    Case{"portTooLarge", WithServer("keeper.example.com:65536"), false},
                    Case{"url", WithServer("https://keeper.example.com:443"), false},
                    Case{"noHost", WithServer(":443"), false},
                    Case{"emptyAddress", WithServer(""), false},
                    Case{"unixWithoutPath", WithServer("unix:"), false},
                    Case{"noteOf128", WithNote(std::string(128, 'x')), true},
                    Case{"noteOf129", WithNote(std::string(129, 'x')), false},
                    Case{"noteWithNewline", WithNote("a\nb"), false},
                    Case{"noteNotAscii", WithNote("\xc3\xa9"), false},
                    Case{"noTime", WithDeadline(std::chrono::milliseconds(0)), false}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace dkimkeeper

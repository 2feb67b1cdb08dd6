// Every error code in words, with the next step.
#include "server/dns/update_words.h"

#include <gmock/gmock.h>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

TEST(UpdateWordsTest, EachCodeSaysWhatToDo) {
  const UpdateAsked asked{.server = "192.0.2.53@53",
                          .zone = "example.com",
                          .name = "s1._domainkey.example.com",
                          .key = "keeper",
                          .algorithm = "hmac-sha256",
                          .secret_file = "/etc/tsig"};
  constexpr Code kNo = Code::kFailedPrecondition;
  constexpr Code kAway = Code::kUnavailable;
  const struct {
    const char* name;
    unsigned rcode, tsig_error;
    Code code;
    std::string_view reason;
    const char* next;
  } rows[] = {
      {"unsigned", 0, 0, kAway, reason::kPublisherAway, "look whether the key is configured"},
      {"FORMERR", 1, 0, kNo, reason::kPublishRefused, "look into its log"},
      {"SERVFAIL", 2, 0, kAway, reason::kPublisherAway, "its disk may be full"},
      {"NOTIMP", 4, 0, kNo, reason::kPublishRefused, "use a server that does"},
      {"REFUSED", 5, 0, kNo, reason::kPublishRefused, "update-policy or allow-update in BIND"},
      {"YXDOMAIN", 6, 0, kNo, reason::kRecordChanged, "remove or restore what stands there"},
      {"YXRRSET", 7, 0, kNo, reason::kRecordChanged, "remove or restore what stands there"},
      {"NXRRSET", 8, 0, kNo, reason::kRecordChanged, "remove or restore what stands there"},
      {"NOTAUTH", 9, 0, kNo, reason::kPublishRefused, "name the primary in `servers`"},
      {"NOTZONE", 10, 0, kNo, reason::kPublishRefused, "name the zone that holds it in `zones`"},
      {"BADSIG", 9, 16, kNo, reason::kPublishRefused, "write the secret that the server has"},
      {"BADKEY", 9, 17, kNo, reason::kPublishRefused, "the same name and algorithm"},
      {"BADTIME", 9, 18, kNo, reason::kPublishRefused, "set both clocks"},
      {"BADTRUNC", 9, 22, kNo, reason::kPublishRefused, "use hmac-sha512"},
      {"code 11", 11, 0, kNo, reason::kPublishRefused, "look into its log"},
      {"TSIG error 20", 9, 20, kNo, reason::kPublishRefused, "look into its log"},
  };
  for (const auto& row : rows) {
    const Error error = RefusalOf(row.rcode, row.tsig_error, asked);
    EXPECT_EQ(error.code, row.code) << row.name;
    EXPECT_EQ(error.reason, row.reason) << row.name;
    EXPECT_THAT(error.message, HasSubstr(row.next)) << row.name;
    EXPECT_THAT(error.message, HasSubstr("192.0.2.53@53")) << row.name;
    EXPECT_THAT(error.message, HasSubstr("s1._domainkey.example.com")) << row.name;
    if (row.rcode != 0) EXPECT_THAT(error.message, HasSubstr(row.name));
  }
}

}  // namespace
}  // namespace dkimkeeper

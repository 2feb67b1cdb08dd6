#include "proto/dkim/mailbox.h"

#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

struct Accepted {
  const char* name;
  std::string value;
  std::string local_part;
  std::string domain;
};

TEST(MailboxTest, FindsTheOneAuthor) {
  const Accepted rows[] = {
      {"address alone", "joe@example.com", "joe", "example.com"},
      {"leading space", " joe@example.com", "joe", "example.com"},
      {"angle brackets alone", "<joe@example.com>", "joe", "example.com"},
      {"display name", "Joe SixPack <joe@football.example.com>", "joe", "football.example.com"},
      {"no space before the bracket", "Joe<joe@example.com>", "joe", "example.com"},
      {"quoted display name", "\"SixPack, Joe <x@y.example>\" <joe@example.com>", "joe",
       "example.com"},
      {"escapes in a display name", R"("Joe \"Q\" \\" <joe@example.com>)", "joe", "example.com"},
      {"dots in a display name (obs-phrase)", "John Q. Public <john@example.com>", "john",
       "example.com"},
      {"encoded words", "=?UTF-8?Q?J=C3=B6rg?= =?utf-8?b?w7w=?= <joerg@example.com>", "joerg",
       "example.com"},
      {"UTF-8 display name", "J\xC3\xB6rg <joerg@example.com>", "joerg", "example.com"},
      {"Latin-1 display name", "J\xF6rg <joerg@example.com>", "joerg", "example.com"},
      {"comment after", "joe@example.com (Joe SixPack)", "joe", "example.com"},
      {"comments everywhere", "(a)Joe(b)<(c)joe(d)@(e)example.com(f)>(g)", "joe", "example.com"},
      {"nested comment with an address", "(old (x@y.example)) joe@example.com", "joe",
       "example.com"},
      {"comment that closes in an escape", "joe@example.com (a \\) b)", "joe", "example.com"},
      {"folded", "Joe\r\n SixPack\r\n\t<joe@example.com>", "joe", "example.com"},
      {"folded, LF alone", "Joe\n <joe@example.com>", "joe", "example.com"},
      {"dotted local part", "joe.six.pack@example.com", "joe.six.pack", "example.com"},
      {"sub-address", "joe+tag=x@example.com", "joe+tag=x", "example.com"},
      {"quoted local part", "\"joe six\"@example.com", "joe six", "example.com"},
      {"at sign in a quoted local part", "\"joe@evil.example\"@example.com", "joe@evil.example",
       "example.com"},
      {"obsolete local part", "joe . \"six pack\" @ example . com", "joe.six pack", "example.com"},
      {"letter case of the local part stays", "Joe@Example.COM", "Joe", "example.com"},
      {"UTF-8 local part and domain",
       "j\xC3\xB6@b\xC3\xBC"
       "cher.example",
       "j\xC3\xB6", "xn--bcher-kva.example"},
      {"A-label domain", "joe@xn--bcher-kva.example", "joe", "xn--bcher-kva.example"},
  };
  for (const Accepted& row : rows) {
    SCOPED_TRACE(row.name);
    const auto mailbox = ParseFromMailbox(row.value);
    ASSERT_THAT(mailbox, IsOk());
    EXPECT_EQ(mailbox->local_part, row.local_part);
    EXPECT_EQ(mailbox->domain.str(), row.domain);
  }
}

TEST(MailboxTest, NeverGuessesWhoTheAuthorIs) {
  const std::pair<const char*, std::string> rows[] = {
      {"nothing", ""},
      {"white space", " \t"},
      {"a comment", "(joe@example.com)"},
      {"the null address", "<>"},
      {"a name and the null address", "Joe <>"},
      {"a name alone", "Joe SixPack"},
      {"two mailboxes", "joe@example.com, ann@example.net"},
      {"two mailboxes with names", "Joe <joe@example.com>, Ann <ann@example.net>"},
      {"trailing comma", "joe@example.com,"},
      {"two angle addresses", "<joe@example.com> <ann@example.net>"},
      {"address for a name", "ann@example.net <joe@example.com>"},
      {"address after the brackets", "<joe@example.com> ann@example.net"},
      {"two addresses side by side", "joe@example.com ann@example.net"},
      {"group", "Team: joe@example.com;"},
      {"empty group", "Undisclosed recipients:;"},
      {"route", "<@relay.example,@relay2.example:joe@example.com>"},
      {"route of one host", "<@relay.example:joe@example.com>"},
      {"address literal", "joe@[192.0.2.1]"},
      {"IPv6 literal", "Joe <joe@[IPv6:2001:db8::1]>"},
      {"no local part", "@example.com"},
      {"empty quoted local part", "\"\"@example.com"},
      {"no domain", "joe@"},
      {"one label", "root@localhost"},
      {"underscore in the domain", "joe@a_b.example"},
      {"two at signs", "joe@example.com@example.net"},
      {"quoted domain", "joe@\"example.com\""},
      {"dot first in the local part", ".joe@example.com"},
      {"dot last in the local part", "joe.@example.com"},
      {"two dots", "joe..six@example.com"},
      {"space in the local part", "joe six@example.com"},
      {"space in the domain", "joe@example .com evil"},
      {"trailing dot of the domain", "joe@example.com."},
      {"bracket not closed", "Joe <joe@example.com"},
      {"bracket not opened", "joe@example.com>"},
      {"word in place of the bracket", "Joe <joe@example.com evil"},
      {"bracket in brackets", "Joe <<joe@example.com>>"},
      {"quote not closed", "\"Joe <joe@example.com>"},
      {"comment not closed", "(Joe <joe@example.com>"},
      {"dot before the name", ". Joe <joe@example.com>"},
      {"brackets in a name", "[List] Joe <joe@example.com>"},
      {"Latin-1 local part", "j\xF6@example.com"},
      {"Latin-1 domain",
       "joe@b\xFC"
       "cher.example"},
      {"NUL", std::string("joe@example.com\0.evil.example", 29)},
      {"a second line", "joe@example.com\r\nTo: ann@example.net"},
      {"soft hyphen in the domain",
       "joe@exam\xC2\xAD"
       "ple.com"},
  };
  for (const auto& [name, value] : rows) {
    SCOPED_TRACE(name);
    EXPECT_THAT(ParseFromMailbox(value), IsRefused(reason::kBadMailbox));
  }
}

TEST(MailboxTest, SaysWhyThereIsNoOneAuthor) {
  const std::pair<const char*, const char*> rows[] = {
      {"joe@example.com, ann@example.net", "several"},
      {"Team: joe@example.com;", "group"},
      {"joe@[192.0.2.1]", "literal"},
      {"ann@example.net <joe@example.com>", "to be quoted"},
      {"root@localhost", "no full domain name"},
  };
  for (const auto& [value, why] : rows) {
    SCOPED_TRACE(value);
    EXPECT_THAT(ParseFromMailbox(value).error().message, testing::HasSubstr(why));
  }
}

TEST(MailboxTest, ErrorsHoldNoMailContent) {
  for (const char* value : {"secret@localhost", "secret, secret", "secret@[secret]", "\"secret"}) {
    SCOPED_TRACE(value);
    EXPECT_THAT(ParseFromMailbox(value).error().message,
                testing::Not(testing::HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace dkimkeeper

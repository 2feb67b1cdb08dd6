// A mailbox that parses, written in its plainest form, parses to the same.
#include "proto/dkim/mailbox.h"

#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto mailbox = ParseFromMailbox(FuzzText(data, size));
  if (!mailbox) return 0;
  std::string quoted;
  for (const char c : mailbox->local_part) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  const std::string plain = "\"" + quoted + "\"@" + mailbox->domain.str();
  FuzzCheck(ParseFromMailbox(plain) == mailbox, "parse, print, parse");
  FuzzCheck(ParseFromMailbox("Name <" + plain + ">") == mailbox, "in angle brackets, too");
  return 0;
}

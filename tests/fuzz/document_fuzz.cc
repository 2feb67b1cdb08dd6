// Any text is a document with good, distinct names, or a list of problems, each on a line of its
// own.
#include <algorithm>
#include <set>
#include <sstream>
#include <string>

#include "client/document/document_reader.h"
#include "proto/dkim/domain.h"
#include "proto/dkim/sender.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto document = ReadDocument(FuzzText(data, size), "file");
  if (document) {
    std::set<std::string> names;
    for (const DocumentDomain& domain : document->domains) {
      const auto parsed = Domain::Parse(domain.name);
      FuzzCheck(parsed && parsed->str() == domain.name, "a domain is one");
      FuzzCheck(names.insert(domain.name).second, "domains are distinct");
      for (const DocumentSender& sender : domain.senders) {
        FuzzCheck(Sender::Parse(sender.name).has_value(), "a sender is one");
      }
    }
    for (const DocumentGrant& grant : document->grants) {
      FuzzCheck(!grant.verb.empty(), "a grant has a verb");
      FuzzCheck(!grant.domain.empty() && !grant.sender.empty(), "a grant has a scope");
    }
    return 0;
  }
  std::istringstream lines(document.error().message);
  for (std::string line; std::getline(lines, line);) {
    FuzzCheck(line.starts_with("file:"), "a problem stays on its line");
    FuzzCheck(
        std::ranges::none_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
        "no control character");
  }
  return 0;
}

// A network that is read prints as itself, and holds its own first address.
#include "server/access/ip_network.h"

#include <string>

#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const auto network = IpNetwork::Parse(FuzzText(data, size));
  if (!network) return 0;
  const std::string printed = network->str();
  const auto again = IpNetwork::Parse(printed);
  FuzzCheck(again && *again == *network, "what is printed is the same network");
  const auto first = IpAddress::Parse(printed.substr(0, printed.find('/')));
  FuzzCheck(first && network->Contains(*first), "a network holds its first address");
  return 0;
}

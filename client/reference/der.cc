#include "client/reference/der.h"

#include <cstddef>

namespace dkimkeeper {
namespace {

constexpr std::size_t kShortForm = 0x80;  // lengths below are one octet: X.690 §8.1.3.4
constexpr std::size_t kMostLengthOctets = 2;

}  // namespace

std::string DerElement(DerTag tag, std::string_view contents) {
  const std::size_t size = contents.size();
  std::string element{static_cast<char>(tag)};
  if (size >= 0x100) {
    element += {'\x82', static_cast<char>(size >> 8), static_cast<char>(size & 0xff)};
  } else if (size >= kShortForm) {
    element += {'\x81', static_cast<char>(size)};
  } else {
    element += static_cast<char>(size);
  }
  return element.append(contents);
}

std::optional<std::string_view> TakeDerElement(DerTag tag, std::string_view& rest) {
  const auto octet = [rest](std::size_t at) { return static_cast<unsigned char>(rest[at]); };
  if (rest.size() < 2 || octet(0) != static_cast<unsigned char>(tag)) return std::nullopt;
  std::size_t size = octet(1);
  std::size_t head = 2;
  if (size >= kShortForm) {
    const std::size_t octets = size - kShortForm;
    if (octets == 0 || octets > kMostLengthOctets || rest.size() < 2 + octets) return std::nullopt;
    size = octets == 1 ? octet(2) : std::size_t{octet(2)} << 8 | octet(3);
    head += octets;
    if (size < (octets == 1 ? kShortForm : 0x100)) return std::nullopt;
  }
  if (size > rest.size() - head) return std::nullopt;
  const std::string_view contents = rest.substr(head, size);
  rest.remove_prefix(head + size);
  return contents;
}

}  // namespace dkimkeeper

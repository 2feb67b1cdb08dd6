#include "proto/octets.h"

namespace dkimkeeper {
namespace {

void AppendNumber(std::string& octets, std::uint64_t value, unsigned bytes) {
  for (unsigned i = bytes; i > 0; --i) {
    octets.push_back(static_cast<char>((value >> (8 * (i - 1))) & 0xff));
  }
}

}  // namespace

void OctetWriter::U8(std::uint8_t value) { AppendNumber(octets_, value, 1); }
void OctetWriter::U32(std::uint32_t value) { AppendNumber(octets_, value, 4); }
void OctetWriter::U64(std::uint64_t value) { AppendNumber(octets_, value, 8); }

void OctetWriter::Text(std::string_view text, std::size_t longest) {
  if (text.size() > longest) {
    good_ = false;
    return;
  }
  U32(static_cast<std::uint32_t>(text.size()));
  octets_.append(text);
}

std::string_view OctetReader::Bytes(std::size_t count) {
  if (!good_ || count > rest_.size()) {
    Fail();
    return {};
  }
  const std::string_view bytes = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return bytes;
}

std::uint64_t OctetReader::Number(std::size_t bytes) {
  std::uint64_t value = 0;
  for (const char octet : Bytes(bytes)) value = (value << 8) | static_cast<unsigned char>(octet);
  return value;
}

std::uint8_t OctetReader::U8() { return static_cast<std::uint8_t>(Number(1)); }
std::uint32_t OctetReader::U32() { return static_cast<std::uint32_t>(Number(4)); }
std::uint64_t OctetReader::U64() { return Number(8); }

bool OctetReader::Flag() {
  const std::uint8_t value = U8();
  if (value > 1) Fail();
  return good_ && value == 1;
}

std::string OctetReader::Text(std::size_t longest) {
  const std::size_t size = U32();
  if (size > longest) Fail();
  return std::string(Bytes(good_ ? size : 0));
}

std::size_t OctetReader::Count(std::size_t smallest) {
  const std::size_t count = U32();
  if (count > rest_.size() / smallest) Fail();
  return good_ ? count : 0;
}

}  // namespace dkimkeeper

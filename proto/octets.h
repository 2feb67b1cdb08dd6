// Octets in and out of a packet between two of our own processes, with every length checked.
#ifndef PROTO_OCTETS_H_
#define PROTO_OCTETS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dkimkeeper {

// Appends; big-endian. What a reader would refuse fails the writer: good() is false from then on.
// Not thread-safe.
class OctetWriter {
 public:
  void U8(std::uint8_t value);
  void U32(std::uint32_t value);
  void U64(std::uint64_t value);
  // Its length in four bytes, then its bytes: at most `longest`, otherwise the writer fails.
  void Text(std::string_view text, std::size_t longest);
  [[nodiscard]] std::string Take() { return std::move(octets_); }
  [[nodiscard]] std::size_t size() const { return octets_.size(); }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::string octets_;
  bool good_ = true;
};

// Reads what a writer wrote. A read past the end, or of a value out of its bounds, fails the
// reader: from then on every read yields zeros and nothing, and good() is false. Not thread-safe;
// `octets` must outlive this.
class OctetReader {
 public:
  explicit OctetReader(std::string_view octets) : rest_(octets) {}

  [[nodiscard]] std::uint8_t U8();
  [[nodiscard]] std::uint32_t U32();
  [[nodiscard]] std::uint64_t U64();
  // 0 or 1 only.
  [[nodiscard]] bool Flag();
  // A value of an enumeration whose last one is `last`.
  template <typename Enum>
  [[nodiscard]] Enum Choice(Enum last) {
    const std::uint8_t value = U8();
    if (value > static_cast<std::uint8_t>(last)) Fail();
    return good_ ? static_cast<Enum>(value) : Enum{};
  }
  // At most `longest` bytes.
  [[nodiscard]] std::string Text(std::size_t longest);
  // A count of elements, each at least `smallest` bytes long: what cannot be there is refused
  // before room is made for it.
  [[nodiscard]] std::size_t Count(std::size_t smallest);

  void Fail() { good_ = false; }
  [[nodiscard]] bool good() const { return good_; }
  // Everything was read, and nothing failed.
  [[nodiscard]] bool AtEnd() const { return good_ && rest_.empty(); }

 private:
  [[nodiscard]] std::string_view Bytes(std::size_t count);
  [[nodiscard]] std::uint64_t Number(std::size_t bytes);

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace dkimkeeper

#endif  // PROTO_OCTETS_H_

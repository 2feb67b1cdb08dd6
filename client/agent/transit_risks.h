// What may change a message after it was signed, and so break its signatures.
#ifndef CLIENT_AGENT_TRANSIT_RISKS_H_
#define CLIENT_AGENT_TRANSIT_RISKS_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace dkimkeeper {

// Looks at a body that comes in chunks of any size. A value; not thread-safe.
class TransitRisks {
 public:
  void Body(std::string_view chunk);

  // An octet above 127: a mail server recodes the body for one that does not offer 8BITMIME (RFC
  // 6152 §3).
  [[nodiscard]] bool eight_bit() const { return eight_bit_; }
  // A line of more than 998 octets (RFC 5322 §2.1.1): mail servers split it.
  [[nodiscard]] bool long_line() const { return long_line_; }
  // `eight_bit`, `long_line`, both joined by a comma, or nothing.
  [[nodiscard]] std::string str() const;

 private:
  void CountLines(std::string_view chunk);

  bool eight_bit_ = false;
  bool long_line_ = false;
  std::size_t line_ = 0;  // octets of the line so far, its CR included
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_TRANSIT_RISKS_H_

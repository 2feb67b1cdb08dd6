// DNS messages by hand (RFC 1035 §4.1), for tests that ask whether the library reads them right.
#ifndef TESTS_FAKES_DNS_OCTETS_H_
#define TESTS_FAKES_DNS_OCTETS_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace dkimkeeper::octets {

[[nodiscard]] inline std::string Short(unsigned value) {
  return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xFFU)};
}
[[nodiscard]] inline std::string Number(std::uint32_t value) {
  return Short(value >> 16U) + Short(value & 0xFFFFU);
}

// Labels without escapes.
[[nodiscard]] inline std::string Name(std::string_view name) {
  std::string wire;
  while (!name.empty()) {
    const auto label = name.substr(0, name.find('.'));
    wire += static_cast<char>(label.size());
    wire += label;
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  return wire + '\0';
}

[[nodiscard]] inline std::string Header(unsigned id, unsigned flags, unsigned questions,
                                        unsigned answers = 0, unsigned authorities = 0,
                                        unsigned additional = 0) {
  return Short(id) + Short(flags) + Short(questions) + Short(answers) + Short(authorities) +
         Short(additional);
}

[[nodiscard]] inline std::string Question(std::string_view name, unsigned type) {
  return Name(name) + Short(type) + Short(1);
}

[[nodiscard]] inline std::string Record(std::string_view owner, unsigned type, std::uint32_t ttl,
                                        const std::string& data) {
  return Question(owner, type) + Number(ttl) + Short(static_cast<unsigned>(data.size())) + data;
}

}  // namespace dkimkeeper::octets

#endif  // TESTS_FAKES_DNS_OCTETS_H_

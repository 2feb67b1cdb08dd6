#include "server/tls/x509_time.h"

#include <ctime>

namespace dkimkeeper {

// Nothing before year 1 and after year 9999 can be written in a certificate (RFC 5280 §4.1.2.5).
std::chrono::system_clock::time_point X509Time(const ASN1_TIME* time) {
  std::tm fields{};
  if (ASN1_TIME_to_tm(time, &fields) != 1) return std::chrono::system_clock::time_point::min();
  using Point = std::chrono::system_clock::time_point;
  const std::chrono::sys_seconds at{std::chrono::seconds(::timegm(&fields))};
  // The clock's nanoseconds end in 2262; "no end" is written 9999 (RFC 5280 §4.1.2.5).
  if (at >= std::chrono::floor<std::chrono::seconds>(Point::max())) return Point::max();
  if (at <= std::chrono::ceil<std::chrono::seconds>(Point::min())) return Point::min();
  return at;
}

std::string X509Date(const ASN1_TIME* time) {
  std::tm fields{};
  std::string text(sizeof "0000-00-00T00:00:00Z", '\0');
  if (ASN1_TIME_to_tm(time, &fields) != 1) return "an unreadable date";
  text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &fields));
  return text;
}

}  // namespace dkimkeeper

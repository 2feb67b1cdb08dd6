// A TLS client that is not gRPC's: it sees what an attacker or a stranger sees.
#ifndef TESTS_UNIT_SERVER_TLS_TLS_CLIENT_H_
#define TESTS_UNIT_SERVER_TLS_TLS_CLIENT_H_

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>

#include "tests/fakes/test_authority.h"

namespace dkimkeeper {

struct TlsHangUp {
  void operator()(SSL* connection) const;
};

// What came of one connection, which is open for as long as this lives.
struct TlsVisit {
  bool accepted = false;  // the server sent its first HTTP/2 frame
  bool resumed = false;
  std::string server_certificate;  // PEM; empty: the handshake did not get so far
  std::unique_ptr<SSL, TlsHangUp> connection;
};

struct TlsVisitor {
  std::optional<TestCertificate> certificate = std::nullopt;
  int version = 0;  // 0: the highest both know; else TLS1_2_VERSION or TLS1_3_VERSION
  const TlsVisit* resume = nullptr;  // whose session to offer
};

// Connects to 127.0.0.1:`port` and waits for the first byte or the end. The server's certificate is
// not verified.
[[nodiscard]] TlsVisit VisitServer(int port, const TlsVisitor& visitor);

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_TLS_TLS_CLIENT_H_

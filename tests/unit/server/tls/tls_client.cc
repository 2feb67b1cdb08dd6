#include "tests/unit/server/tls/tls_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "server/tls/pem.h"

namespace dkimkeeper {
namespace {

struct Free {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};

int ConnectTo(int port) {
  const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    std::abort();
  }
  return connection;
}

std::string Pem(X509* certificate) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::unique_ptr<SSL_CTX, Free> Context(const TlsVisitor& visitor) {
  std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_client_method()));
  // The policy of this process is the server's, not this stranger's.
  SSL_CTX_clear_options(context.get(), SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3 | SSL_OP_NO_TICKET);
  if (visitor.version != 0) {
    SSL_CTX_set_min_proto_version(context.get(), visitor.version);
    SSL_CTX_set_max_proto_version(context.get(), visitor.version);
  }
  if (visitor.certificate) {
    const auto chain = ParseCertificates(visitor.certificate->certificate);
    const auto key = ParsePrivateKey(visitor.certificate->key);
    SSL_CTX_use_certificate(context.get(), chain->front().get());
    SSL_CTX_use_PrivateKey(context.get(), key->get());
  }
  return context;
}

}  // namespace

void TlsHangUp::operator()(SSL* connection) const {
  ::close(SSL_get_fd(connection));
  SSL_free(connection);
}

TlsVisit VisitServer(int port, const TlsVisitor& visitor) {
  static constexpr std::array<unsigned char, 3> kHttp2 = {2, 'h', '2'};
  TlsVisit visit;
  visit.connection.reset(SSL_new(Context(visitor).get()));
  SSL* const tls = visit.connection.get();
  SSL_set_fd(tls, ConnectTo(port));
  SSL_set_alpn_protos(tls, kHttp2.data(), kHttp2.size());
  if (visitor.resume != nullptr) {
    SSL_set_session(tls, SSL_get0_session(visitor.resume->connection.get()));
  }
  if (SSL_connect(tls) == 1) {
    visit.server_certificate = Pem(SSL_get0_peer_certificate(tls));
    visit.resumed = SSL_session_reused(tls) == 1;
    // In TLS 1.3 the client has done its part before the server has looked at its certificate.
    std::array<char, 1> byte{};
    visit.accepted = SSL_read(tls, byte.data(), 1) == 1;
  }
  ERR_clear_error();
  return visit;
}

}  // namespace dkimkeeper

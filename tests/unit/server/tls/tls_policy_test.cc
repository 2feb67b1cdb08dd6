#include "server/tls/tls_policy.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <memory>
#include <utility>

#include "server/tls/pem.h"
#include "tests/fakes/test_authority.h"

namespace dkimkeeper {
namespace {

struct Free {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* connection) const { SSL_free(connection); }
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using Context = std::unique_ptr<SSL_CTX, Free>;
using Connection = std::unique_ptr<SSL, Free>;
using Session = std::unique_ptr<SSL_SESSION, Free>;

// A server as gRPC makes one: from the process's defaults, with its own minimum of TLS 1.2.
Context ServerContext() {
  const TestCertificate server = TestAuthority("root").IssueServer();
  Context context(SSL_CTX_new(TLS_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  EXPECT_EQ(
      SSL_CTX_use_certificate(context.get(), ParseCertificates(server.certificate)->front().get()),
      1);
  EXPECT_EQ(SSL_CTX_use_PrivateKey(context.get(), ParsePrivateKey(server.key)->get()), 1);
  return context;
}

// A client of somebody else, whom our policy does not bind.
Context ClientContext(int version) {
  Context context(SSL_CTX_new(TLS_method()));
  SSL_CTX_clear_options(context.get(), SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3 | SSL_OP_NO_TICKET);
  SSL_CTX_set_min_proto_version(context.get(), version);
  SSL_CTX_set_max_proto_version(context.get(), version);
  return context;
}

struct Handshake {
  bool done = false;
  bool resumed = false;
  Session session;
};

Handshake Connect(SSL_CTX* server_context, SSL_CTX* client_context, SSL_SESSION* offered) {
  const Connection server(SSL_new(server_context));
  const Connection client(SSL_new(client_context));
  BIO* server_end = nullptr;
  BIO* client_end = nullptr;
  EXPECT_EQ(BIO_new_bio_pair(&server_end, 0, &client_end, 0), 1);
  SSL_set_bio(server.get(), server_end, server_end);
  SSL_set_bio(client.get(), client_end, client_end);
  SSL_set_accept_state(server.get());
  SSL_set_connect_state(client.get());
  if (offered != nullptr) SSL_set_session(client.get(), offered);

  Handshake handshake;
  for (int step = 0; step < 10 && !handshake.done; ++step) {
    const int client_done = SSL_do_handshake(client.get());
    const int server_done = SSL_do_handshake(server.get());
    handshake.done = client_done == 1 && server_done == 1;
  }
  (void)TakeOpensslReason();
  if (!handshake.done) return handshake;
  // In TLS 1.3 tickets come with the first data.
  std::array<char, 1> byte{};
  EXPECT_EQ(SSL_write(server.get(), "x", 1), 1);
  EXPECT_EQ(SSL_read(client.get(), byte.data(), 1), 1);
  handshake.resumed = SSL_session_reused(client.get()) == 1;
  handshake.session.reset(SSL_get1_session(client.get()));
  // A session whose connection was not shut down is not offered again.
  SSL_shutdown(client.get());
  SSL_shutdown(server.get());
  return handshake;
}

bool Connects(TlsVersions versions, int client_version) {
  const auto applied = ApplyTlsPolicy(versions);
  EXPECT_TRUE(applied) << applied.error().message;
  const Context server = ServerContext();
  return Connect(server.get(), ClientContext(client_version).get(), nullptr).done;
}

// Two connections, the second one offering the session of the first.
std::pair<Handshake, Handshake> ConnectTwice(TlsVersions versions, int client_version) {
  const auto applied = ApplyTlsPolicy(versions);
  EXPECT_TRUE(applied) << applied.error().message;
  const Context server = ServerContext();
  const Context client = ClientContext(client_version);
  Handshake first = Connect(server.get(), client.get(), nullptr);
  EXPECT_TRUE(first.done);
  Handshake second = Connect(server.get(), client.get(), first.session.get());
  EXPECT_TRUE(second.done);
  return {std::move(first), std::move(second)};
}

TEST(TlsPolicyTest, Tls13OnlyRefusesTls12) {
  EXPECT_TRUE(Connects(TlsVersions::kTls13Only, TLS1_3_VERSION));
  EXPECT_FALSE(Connects(TlsVersions::kTls13Only, TLS1_2_VERSION));
}

TEST(TlsPolicyTest, Tls12IsTakenWhereAllowed) {
  EXPECT_TRUE(Connects(TlsVersions::kTls12AndTls13, TLS1_3_VERSION));
  EXPECT_TRUE(Connects(TlsVersions::kTls12AndTls13, TLS1_2_VERSION));
}

TEST(TlsPolicyTest, Tls11IsNeverTaken) {
  EXPECT_FALSE(Connects(TlsVersions::kTls12AndTls13, TLS1_1_VERSION));
}

TEST(TlsPolicyTest, Tls13SessionIsNotResumed) {
  EXPECT_FALSE(ConnectTwice(TlsVersions::kTls13Only, TLS1_3_VERSION).second.resumed);
  EXPECT_FALSE(ConnectTwice(TlsVersions::kTls12AndTls13, TLS1_3_VERSION).second.resumed);
}

TEST(TlsPolicyTest, Tls12GetsNoTicket) {
  const auto connections = ConnectTwice(TlsVersions::kTls12AndTls13, TLS1_2_VERSION);
  EXPECT_EQ(SSL_SESSION_has_ticket(connections.first.session.get()), 0);
}

TEST(TlsPolicyTest, LastCallCounts) {
  EXPECT_TRUE(Connects(TlsVersions::kTls12AndTls13, TLS1_2_VERSION));
  EXPECT_FALSE(Connects(TlsVersions::kTls13Only, TLS1_2_VERSION));
}

}  // namespace
}  // namespace dkimkeeper

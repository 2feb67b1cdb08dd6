#include "server/tls/tls_policy.h"

#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "proto/reason.h"
#include "server/tls/pem.h"

namespace dkimkeeper {
namespace {

// A `system_default` section of OpenSSL's configuration (config(5ssl), SSL_CONF_cmd(3ssl)).
// `Protocol` and not `MinProtocol`, which gRPC overwrites. Without `SessionTicket` a TLS 1.3 server
// still offers tickets that name a session in its own memory: NumTickets ends those.
std::string Settings(TlsVersions versions) {
  const char* const protocols = versions == TlsVersions::kTls13Only ? "TLSv1.3" : "TLSv1.2,TLSv1.3";
  return "openssl_conf=settings\n[settings]\nssl_conf=contexts\n[contexts]\nsystem_default=all\n"
         "[all]\nProtocol=-ALL," +
         std::string(protocols) + "\nOptions=-SessionTicket\nNumTickets=0\n";
}

}  // namespace

Outcome ApplyTlsPolicy(TlsVersions versions) {
  const std::string settings = Settings(versions);
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(settings.data(), static_cast<int>(settings.size())), &BIO_free);
  const std::unique_ptr<CONF, decltype(&NCONF_free)> conf(NCONF_new(nullptr), &NCONF_free);
  // The file openssl.cnf is read by this first call, so that it cannot undo what follows.
  const bool applied = OPENSSL_init_ssl(0, nullptr) == 1 && text != nullptr && conf != nullptr &&
                       NCONF_load_bio(conf.get(), text.get(), nullptr) == 1 &&
                       CONF_modules_load(conf.get(), nullptr, 0) > 0;
  if (applied) return {};
  return Fail(Code::kInternal, reason::kInternal,
              "OpenSSL refused the TLS settings (" + TakeOpensslReason() +
                  "); check the OpenSSL version and its openssl.cnf");
}

}  // namespace dkimkeeper

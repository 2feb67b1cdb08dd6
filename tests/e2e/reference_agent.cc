// A mail host's agent for tests: the real server of references, in front of keys in files.
//
//   reference_agent SOCKET [uid=N] dkimkeeper:example.com/s1=KEY.pem …
//
// Beside KEY.pem it writes KEY.pem.reference. It lets its own user, or the one given, use the
// domains of its keys. It says "ready" when programs can ask, and ends with its standard input.
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "client/reference/listen_for_programs.h"
#include "client/reference/local_access.h"
#include "client/reference/reference_file.h"
#include "client/reference/reference_server.h"
#include "proto/reason.h"
#include "tests/fakes/software_key.h"

namespace dkimkeeper {
namespace {

class FileDesk : public ReferenceDesk {
 public:
  FileDesk(std::map<Reference, SoftwareKey> keys, uid_t user) : keys_(std::move(keys)) {
    std::vector<LocalAccessRule> rules;
    for (const auto& [reference, key] : keys_) {
      rules.push_back({.who = UserId{user}, .domain = *Domain::Parse(reference.domain())});
    }
    access_ = LocalAccess(std::move(rules));
  }

  Result<FoundKey> Find(const Peer& peer, const WantedKey& wanted,
                        std::chrono::milliseconds /*patience*/) override {
    if (const auto allowed = access_.CheckDomain(peer, wanted.domain); !allowed) {
      return Forward(allowed);
    }
    for (const auto& [reference, key] : keys_) {
      if (reference.domain() == wanted.domain.str() && Fits(reference, key, wanted.which)) {
        return FoundKey{reference, Sender::Default(), key.public_key()};
      }
    }
    return Fail(Code::kNotFound, reason::kKeyUnknown, "there is no such key");
  }

  Result<std::string> Sign(const Peer& peer, const DigestToSign& item,
                           std::chrono::milliseconds patience) override {
    const auto found = Find(peer, {item.domain, item.selector}, patience);
    if (!found) return Forward(found);
    std::printf("signed for pid %d\n", static_cast<int>(peer.pid));
    return keys_.at(found->reference).Sign(item.digest);
  }

 private:
  static bool Fits(const Reference& reference, const SoftwareKey& key,
                   const std::variant<Selector, Algorithm>& which) {
    if (const auto* selector = std::get_if<Selector>(&which)) {
      return reference.selector() == *selector;
    }
    return key.public_key().algorithm == std::get<Algorithm>(which);
  }

  std::map<Reference, SoftwareKey> keys_;
  LocalAccess access_;
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

int Serve(const std::vector<std::string>& arguments) {
  uid_t user = ::geteuid();
  std::map<Reference, SoftwareKey> keys;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::size_t equals = arguments[i].find('=');
    const std::string value = arguments[i].substr(equals + 1);
    if (arguments[i].starts_with("uid=")) {
      user = static_cast<uid_t>(std::stoul(value));
    } else {
      const Reference reference = *Reference::Parse(arguments[i].substr(0, equals));
      const SoftwareKey key = SoftwareKey::FromPem(ReadFile(value));
      std::ofstream(value + ".reference") << *WriteReferenceFile({reference, key.public_key()});
      keys.emplace(reference, key);
    }
  }
  FileDesk desk(std::move(keys), user);
  auto listener = ListenForPrograms(arguments.at(0), 0666);  // tests ask as other users, too
  if (!listener) {
    (void)std::fprintf(stderr, "%s\n", listener.error().message.c_str());
    return 1;
  }
  const auto server = ReferenceServer::Start(*std::move(listener), desk);
  if (!server) return 1;
  std::puts("ready");
  char octet = 0;
  while (::read(STDIN_FILENO, &octet, 1) > 0) {
  }
  return 0;
}

}  // namespace
}  // namespace dkimkeeper

int main(int argc, char** argv) try {
  (void)std::setvbuf(stdout, nullptr, _IOLBF, 0);
  return dkimkeeper::Serve({argv + 1, argv + argc});
} catch (const std::exception& error) {
  (void)std::fprintf(stderr, "reference_agent: %s\n", error.what());
  return 2;
}

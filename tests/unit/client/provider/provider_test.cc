// The module itself in this process, in a library context of its own: here the sanitizers see it.
#include <gtest/gtest.h>
#include <openssl/decoder.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/store.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "client/provider/provider_context.h"
#include "client/reference/listen_for_programs.h"
#include "client/reference/reference_file.h"
#include "client/reference/reference_server.h"
#include "proto/reason.h"
#include "tests/fakes/software_key.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper::provider {
namespace {

const Reference kReference = *Reference::Parse("dkimkeeper:example.com/s1");

// One key, for everybody.
class OneKeyDesk : public ReferenceDesk {
 public:
  Result<FoundKey> Find(const Peer& /*peer*/, const WantedKey& /*wanted*/,
                        std::chrono::milliseconds /*patience*/) override {
    return FoundKey{kReference, Sender::Default(), key_.public_key()};
  }
  Result<std::string> Sign(const Peer& /*peer*/, const DigestToSign& item,
                           std::chrono::milliseconds /*patience*/) override {
    return key_.Sign(item.digest);
  }
  [[nodiscard]] PublicKey public_key() const { return key_.public_key(); }

 private:
  const SoftwareKey key_ = SoftwareKey::Ed25519();
};

using Library = std::unique_ptr<OSSL_LIB_CTX, FreeWith<OSSL_LIB_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Use = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;

class ProviderTest : public testing::Test {
 protected:
  void SetUp() override {
    auto listener = ListenForPrograms(socket_);
    ASSERT_TRUE(listener) << listener.error().message;
    server_ = *ReferenceServer::Start(*std::move(listener), desk_);
    const std::string config = folder_.path() / "openssl.cnf";
    std::ofstream(config) << "openssl_conf = i\n[i]\nproviders = p\n[p]\ndefault = d\nkeeper = k\n"
                          << "[d]\nactivate = 1\n[k]\nactivate = 1\nmodule = " DKIMKEEPER_PROVIDER
                          << "\nagent_socket = " << socket_ << "\n";
    ASSERT_EQ(OSSL_LIB_CTX_load_config(library_.get(), config.c_str()), 1);
  }

  // As the file of a private key.
  Key Load(const std::string& text) {
    EVP_PKEY* key = nullptr;
    const std::unique_ptr<OSSL_DECODER_CTX, FreeWith<OSSL_DECODER_CTX_free>> decoder(
        OSSL_DECODER_CTX_new_for_pkey(&key, nullptr, nullptr, nullptr, OSSL_KEYMGMT_SELECT_KEYPAIR,
                                      library_.get(), nullptr));
    const auto* octets = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = text.size();
    (void)OSSL_DECODER_from_data(decoder.get(), &octets, &size);
    return Key(key);
  }

  std::string Sign(EVP_PKEY* key) {
    const Use use(EVP_MD_CTX_new());
    std::string signature(64, '\0');
    std::size_t size = signature.size();
    const bool good = EVP_DigestSignInit_ex(use.get(), nullptr, nullptr, library_.get(), nullptr,
                                            key, nullptr) == 1 &&
                      EVP_DigestSign(use.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                     &size, digest_.bytes().data(), digest_.bytes().size()) == 1;
    return good ? signature : std::string();
  }

  TempDir folder_;
  const std::string socket_ = folder_.path() / "agent.sock";
  OneKeyDesk desk_;
  std::unique_ptr<ReferenceServer> server_;
  const Sha256Digest digest_ = DigestOf("a message");
  const Library library_{OSSL_LIB_CTX_new()};
};

std::string ReferenceFile(const PublicKey& key) { return *WriteReferenceFile({kReference, key}); }

TEST_F(ProviderTest, SignsWithAReferenceFile) {
  const Key key = Load(ReferenceFile(desk_.public_key()));
  ASSERT_TRUE(key);
  EXPECT_TRUE(VerifySignature(desk_.public_key(), digest_, Sign(key.get())));
}

TEST_F(ProviderTest, SignsWithAUri) {
  const std::unique_ptr<OSSL_STORE_CTX, FreeWith<OSSL_STORE_close>> store(
      OSSL_STORE_open_ex("dkimkeeper:example.com/s1", library_.get(), nullptr, nullptr, nullptr,
                         nullptr, nullptr, nullptr));
  ASSERT_TRUE(store);
  const std::unique_ptr<OSSL_STORE_INFO, FreeWith<OSSL_STORE_INFO_free>> found(
      OSSL_STORE_load(store.get()));
  ASSERT_TRUE(found);
  EXPECT_TRUE(
      VerifySignature(desk_.public_key(), digest_, Sign(OSSL_STORE_INFO_get0_PKEY(found.get()))));
  EXPECT_EQ(OSSL_STORE_eof(store.get()), 1);
}

TEST_F(ProviderTest, SignsInManyThreads) {
  const Key key = Load(ReferenceFile(desk_.public_key()));
  ASSERT_TRUE(key);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) {
        const Key own = Load(ReferenceFile(desk_.public_key()));
        if (!VerifySignature(desk_.public_key(), digest_, Sign(key.get()))) ++wrong;
        if (!VerifySignature(desk_.public_key(), digest_, Sign(own.get()))) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

// Every part of a file, and a file with any octet wrong: a key that signs or none, nothing worse.
TEST_F(ProviderTest, LoadsNothingFromADamagedFile) {
  const std::string file = ReferenceFile(desk_.public_key());
  for (std::size_t i = 0; i < file.size(); ++i) {
    // Without the dashes and the line end behind its label the block's end still counts.
    if (i + 6 < file.size()) EXPECT_FALSE(Load(file.substr(0, i))) << i;
    std::string wrong = file;
    wrong[i] = static_cast<char>(wrong[i] ^ 0x04);
    const Key key = Load(wrong);
    if (key) (void)Sign(key.get());
  }
}

TEST_F(ProviderTest, PrivateHalfDoesNotLeave) {
  const Key key = Load(ReferenceFile(desk_.public_key()));
  ASSERT_TRUE(key);
  OSSL_PARAM* parameters = nullptr;
  EXPECT_EQ(EVP_PKEY_todata(key.get(), EVP_PKEY_KEYPAIR, &parameters), 0);
  std::size_t size = 0;
  EXPECT_EQ(EVP_PKEY_get_raw_private_key(key.get(), nullptr, &size), 0);
  EXPECT_EQ(EVP_PKEY_todata(key.get(), EVP_PKEY_PUBLIC_KEY, &parameters), 1);
  OSSL_PARAM_free(parameters);
}

}  // namespace
}  // namespace dkimkeeper::provider

#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/client/c_abi/played_server.h"

namespace dkimkeeper {
namespace {

// Signs one mail; its field.
std::string SignMail(dkimkeeper_client* client) {
  constexpr std::string_view kMail = "From: joe@example.com\r\n\r\nHi.\r\n";
  dkimkeeper_message* message = nullptr;
  if (dkimkeeper_message_new(client, nullptr, &message, nullptr) != DKIMKEEPER_OK) return "new";
  for (const char& byte : kMail) {
    if (dkimkeeper_message_write(message, &byte, 1, nullptr) != DKIMKEEPER_OK) return "write";
  }
  dkimkeeper_error* error = nullptr;
  const dkimkeeper_code code = dkimkeeper_message_finish(message, &error);
  std::string field = code == DKIMKEEPER_OK ? dkimkeeper_message_field(message, 0)
                                            : dkimkeeper_error_message(error);
  dkimkeeper_error_free(error);
  dkimkeeper_message_free(message);
  return field;
}

TEST(ThreadsTest, OneClientServesThemAll) {
  constexpr int kThreads = 4;
  constexpr int kMails = 50;
  PlayedClient client;
  client.server().now = {.generation = 1, .keys = {KeyOf("example.com", "s")}};
  const std::string expected = SignMail(client.get());
  ASSERT_TRUE(expected.starts_with("DKIM-Signature: ")) << expected;
  std::atomic<int> good = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int mail = 0; mail < kMails; ++mail) {
        dkimkeeper_keys* keys = nullptr;
        const bool listed =
            dkimkeeper_list_keys(client.get(), nullptr, &keys, nullptr) == DKIMKEEPER_OK;
        dkimkeeper_keys_free(keys);
        if (listed && SignMail(client.get()) == expected) ++good;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good, kThreads * kMails);
}

}  // namespace
}  // namespace dkimkeeper

#include "client/agent/transit_risks.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

TransitRisks Of(std::string_view body, std::size_t chunk = std::string_view::npos) {
  TransitRisks risks;
  for (; !body.empty(); body.remove_prefix(std::min(chunk, body.size()))) {
    risks.Body(body.substr(0, chunk));
  }
  return risks;
}

TEST(TransitRisks, PlainMailHasNone) {
  EXPECT_EQ(Of("").str(), "");
  EXPECT_EQ(Of("Hi.\r\n\r\nWe lost the game.\r\n").str(), "");
  EXPECT_EQ(Of(std::string(998, 'x') + "\r\n" + std::string(998, 'y') + "\r\n").str(), "");
}

TEST(TransitRisks, OneOctetAbove127IsEnoughWhereverItStands) {
  for (std::size_t at = 0; at < 20; ++at) {
    std::string body(20, 'x');
    body[at] = '\x80';
    EXPECT_EQ(Of(body).str(), "eight_bit") << at;
  }
}

TEST(TransitRisks, TheChunksDoNotMatter) {
  const std::string body = "short\r\n" + std::string(999, 'x') + "\r\nshort \xc3\xbc\r\n";
  for (const std::size_t chunk : {1U, 7U, 500U, 1000U, 65535U}) {
    EXPECT_EQ(Of(body, chunk).str(), "eight_bit,long_line") << chunk;
  }
}

TEST(TransitRisks, TheLastLineCountsWithoutItsEnd) {
  EXPECT_EQ(Of(std::string(1000, 'x')).str(), "long_line");
}

}  // namespace
}  // namespace dkimkeeper

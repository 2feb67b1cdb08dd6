#include "client/agent/originates.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

Originates Rules() {
  return {.networks = {IpNetwork::Parse("192.0.2.0/24").value()},
          .macros = {{"{daemon_name}", {"ORIGINATING", "SUBMISSION"}}, {"{verified}", {}}}};
}

Arrival From(const char* client) {
  return {.client = IpAddress::Parse(client).value(),
          .authenticated = {},
          .listener = {},
          .envelope = {},
          .macros = {}};
}

TEST(OriginatesTest, ByDefaultNothingFromTheNetwork) {
  EXPECT_EQ(Originates().OriginOf(From("127.0.0.1")), Origin::kElsewhere);
  EXPECT_EQ(Rules().OriginOf(From("198.51.100.1")), Origin::kElsewhere);
}

TEST(OriginatesTest, ListedNetworks) {
  EXPECT_EQ(Rules().OriginOf(From("192.0.2.7")), Origin::kNetwork);
}

TEST(OriginatesTest, WhoLoggedInFromAnywhere) {
  Arrival arrival = From("198.51.100.1");
  arrival.authenticated = "joe";
  EXPECT_EQ(Rules().OriginOf(arrival), Origin::kAuthenticated);
  Originates rules = Rules();
  rules.authenticated = false;
  EXPECT_EQ(rules.OriginOf(arrival), Origin::kElsewhere);
}

TEST(OriginatesTest, AMacroWithOneOfItsValues) {
  Arrival arrival = From("198.51.100.1");
  arrival.macros["{daemon_name}"] = "SUBMISSION";
  EXPECT_EQ(Rules().OriginOf(arrival), Origin::kMacro);
  arrival.macros["{daemon_name}"] = "SUBMISSION2";
  EXPECT_EQ(Rules().OriginOf(arrival), Origin::kElsewhere);
}

TEST(OriginatesTest, AMacroWithAnyValueButNone) {
  Arrival arrival = From("198.51.100.1");
  arrival.macros["{verified}"] = "";
  EXPECT_EQ(Rules().OriginOf(arrival), Origin::kElsewhere);
  arrival.macros["{verified}"] = "x";
  EXPECT_EQ(Rules().OriginOf(arrival), Origin::kMacro);
}

TEST(OriginatesTest, WhatCameOverNoNetwork) {
  EXPECT_EQ(Rules().OriginOf(Arrival()), Origin::kLocal);
  Originates rules = Rules();
  rules.local = false;
  EXPECT_EQ(rules.OriginOf(Arrival()), Origin::kElsewhere);
}

}  // namespace
}  // namespace dkimkeeper

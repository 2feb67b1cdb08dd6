// An approval that tests are made of.
#ifndef TESTS_FAKES_SAMPLE_APPROVALS_H_
#define TESTS_FAKES_SAMPLE_APPROVALS_H_

#include <string>
#include <utility>

#include "server/approval/approval.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper::sample {

// Of a destroy, asked for at Minute(0), good for a day.
[[nodiscard]] inline Approval ApprovalOf(std::string id) {
  return {.id = std::move(id),
          .act = GuardedAct::kDestroy,
          .method = "Keys.DestroyKey",
          .parameters = std::string("\x12\0\xff octets", 10),
          .domain = "example.com",
          .sender = "default",
          .requester = IdentityOf("uri:asker"),
          .address = "192.0.2.1",
          .requested_at = Minute(0),
          .expires_at = Minute(0) + kApprovalLifetime};
}

}  // namespace dkimkeeper::sample

#endif  // TESTS_FAKES_SAMPLE_APPROVALS_H_

// What every unary call does the same way: who is it, answer now or later, count it.
#ifndef SERVER_RPC_CALLS_H_
#define SERVER_RPC_CALLS_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <string_view>

#include "proto/result.h"
#include "server/base/metrics.h"
#include "server/base/work_queue.h"
#include "server/rpc/caller.h"

namespace dkimkeeper {

// Thread-safe; holds no state of its own. Both must outlive this.
class Calls {
 public:
  Calls(const CallerSource& callers, Metrics& metrics) : callers_(callers), metrics_(metrics) {}

  [[nodiscard]] Result<Identity> Caller(const grpc::CallbackServerContext& context) const {
    return callers_.Identify(context);
  }

  // Answers with an outcome that is there. `method` is a literal: "Signing.SignDigest".
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, std::string_view method,
                                   const Outcome& outcome) const;

  // What a call does for its caller; fills its response.
  using Work = std::function<Outcome(const Identity& caller)>;

  // Does `work` here: it must not block.
  grpc::ServerUnaryReactor* AnswerNow(grpc::CallbackServerContext* context, std::string_view method,
                                      const Work& work) const;

  // Does `work` on `queue`, because it blocks on the store or the token; refuses at once when the
  // queue does.
  grpc::ServerUnaryReactor* AnswerLater(grpc::CallbackServerContext* context,
                                        std::string_view method, WorkQueue& queue, Work work) const;

  // Ends a call that was begun with `context->DefaultReactor()`.
  void Finish(grpc::ServerUnaryReactor& reactor, std::string_view method,
              const Outcome& outcome) const;

  // Counts the end of a call that is not unary.
  void Count(std::string_view method, const grpc::Status& status) const;

 private:
  const CallerSource& callers_;
  Metrics& metrics_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_CALLS_H_

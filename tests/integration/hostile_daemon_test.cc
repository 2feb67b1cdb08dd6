// What the launcher does with a daemon that is in other hands.
#include <signal.h>
#include <unistd.h>

#include "hsm/launcher/link_messages.h"
#include "tests/integration/launcher_fixture.h"

namespace dkimkeeper::launcher {
namespace {

using Report = LaunchedProcess::Report;

constexpr int kKilled = 128 + SIGKILL;

int RunHostile(const SplitOptions& options, const std::function<void(const LauncherLink&)>& act) {
  LaunchedProcess launched(options, [&](const LauncherLink& link, const Report&) {
    act(link);
    (void)::pause();
    return 0;
  });
  return launched.Wait();
}

TEST_F(LauncherTest, AHostileDaemonIsKilled) {
  const SplitOptions options = Options(kUntilEndOfFile);
  EXPECT_EQ(RunHostile(options, [](const LauncherLink& link) { (void)link.Send("garbage"); }),
            kKilled);
  EXPECT_EQ(RunHostile(options,
                       [](const LauncherLink& link) {
                         (void)link.Send(std::string(kMaxLinkPacket + 1, '\1'));
                       }),
            kKilled);
  EXPECT_EQ(RunHostile(options,
                       [](const LauncherLink& link) {
                         (void)link.Send(EncodeEvent(Spawned{1, 2}));
                         (void)link.Send(EncodeRequest(Kill{1}) + "x");
                       }),
            kKilled);
  EXPECT_EQ(RunHostile(options,
                       [](const LauncherLink& link) {
                         (void)link.Send(EncodeRequest(Kill{1}), STDERR_FILENO);
                       }),
            kKilled);
}

TEST_F(LauncherTest, ADaemonThatDoesNotReadIsKilled) {
  EXPECT_EQ(RunHostile(Options(kUntilEndOfFile),
                       [](const LauncherLink& link) {
                         // Each is answered: there is no such token.
                         for (std::uint64_t i = 0;; ++i) {
                           if (link.Send(EncodeRequest(Spawn{i, 9})) == LauncherLink::Sent::kGone) {
                             return;
                           }
                         }
                       }),
            kKilled);
}

TEST_F(LauncherTest, NumbersThatAreNoneDoNothing) {
  LaunchedProcess launched(Options(kUntilEndOfFile), [](const LauncherLink& link, const Report&) {
    (void)link.Send(EncodeRequest(Kill{0}));
    (void)link.Send(EncodeRequest(Kill{~0ULL}));
    (void)link.Send(EncodeRequest(AllowLogin{77}));
    (void)link.Send(EncodeRequest(Spawn{5, 77}));
    const auto packet = link.Receive();
    if (!packet || !*packet) return 1;
    const auto event = DecodeLinkEvent((*packet)->octets);
    if (!event) return 2;
    const auto* refused = std::get_if<NotSpawned>(&*event);
    return refused != nullptr && refused->request == 5 && refused->error.reason == "BAD_FRAME" ? 0
                                                                                               : 3;
  });
  EXPECT_EQ(launched.Wait(), 0);
}

}  // namespace
}  // namespace dkimkeeper::launcher

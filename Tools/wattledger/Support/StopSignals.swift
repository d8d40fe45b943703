import Foundation

/// Lets a verb that runs for long end in order when it is asked to (SIGTERM, SIGINT).
enum StopSignals {
  private static var set: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    return signals
  }

  /// Holds the signals back until ``handle(_:)``. To be called before other threads are started:
  /// they inherit it.
  static func holdBack() {
    var signals = set
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// The first signal calls `body`, on a thread of its own; a second one ends the program at once.
  static func handle(_ body: @escaping @Sendable () -> Void) {
    Thread.detachNewThread {
      var signals = set
      var signal: Int32 = 0
      while sigwait(&signals, &signal) != 0 {}
      body()
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      while true { pause() }
    }
  }
}

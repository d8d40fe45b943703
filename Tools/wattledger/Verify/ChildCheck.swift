import Foundation

/// This program, run again to check something. A damaged file may end a process that reads it through
/// liblmdb; then only the child is gone, and what it had said stays.
struct ChildCheck {
  /// How a check ended.
  enum Ending: Equatable {
    case exited(Int32)
    case killed(Int32)
    /// It said nothing for so long that it was ended.
    case hung
  }

  /// A check reports its progress many times a second. What comes between two reports, such as the
  /// digest of a large read model, takes minutes at most.
  static let patienceMilliseconds: Int32 = 30 * 60 * 1000

  private let process: pid_t
  private let output: Int32

  /// Starts this program with other arguments.
  ///
  /// - Parameter environment: variables that it has besides or instead of this program's; nil takes one
  ///   away.
  init(arguments: [String], environment: [String: String?] = [:]) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Self.failure("make a pipe", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    let words = (["wattledger"] + arguments).map { strdup($0) } + [nil]
    let variables = Self.variables(changedBy: environment).map { strdup($0) } + [nil]
    defer { for text in words + variables { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, "/proc/self/exe", &actions, nil, words, variables)
    close(ends[1])
    guard code == 0 else {
      close(ends[0])
      throw Self.failure("start a process", code)
    }
    self.process = process
    output = ends[0]
  }

  /// Calls `take` with each line that the child writes, and returns how it ended.
  func run(_ take: (Data) -> Void) -> Ending {
    defer { close(output) }
    var isHung = false
    var rest = Data()
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Self.patienceMilliseconds)
      if ready < 0 && errno == EINTR { continue }
      guard ready > 0 else {
        isHung = true
        kill(process, SIGKILL)
        break
      }
      let count = read(output, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      rest.append(contentsOf: chunk[..<count])
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        take(rest[..<end])
        rest = rest[(end + 1)...]
      }
    }
    let ending = wait()
    return isHung ? .hung : ending
  }

  private static func variables(changedBy changes: [String: String?]) -> [String] {
    var environment = ProcessInfo.processInfo.environment
    for (name, value) in changes { environment[name] = value }
    return environment.map { "\($0.key)=\($0.value)" }
  }

  private func wait() -> Ending {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal)
  }

  private static func failure(_ operation: String, _ code: Int32) -> Failure {
    Failure(
      kind: .ledgerUnavailable,
      message: "cannot \(operation) for the check: \(String(cString: strerror(code)))")
  }
}

extension ChildCheck.Ending: CustomStringConvertible {
  var description: String {
    switch self {
    case .exited(let code): "ended early with code \(code)"
    case .killed(let signal):
      "was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
    case .hung: "made no progress for a long time and was ended"
    }
  }
}
